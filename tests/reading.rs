//! `strongroom snapshots`, `ls`, `find`, `cat`, `download` and `diff`: what they refuse, what they do on a server that
//! knows less than ours, and a download on the screen.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Shell, adopt};

/// A shell whose server has one backup of a folder with a letter and something that is no text.
async fn shell(shell: Shell) -> Shell {
    let folder = shell.folder();
    fs::write(folder.join("picture"), [0x89, b'P', b'N', b'G', 0]).unwrap();
    shell.server.protect("documents", &folder, &[]).await;
    adopt(&shell.server, "documents").await.back_up().await;
    shell
}

/// Stands before a server and has none of the paths of our own, as a vendor's has not. Gives its URL.
async fn vendor(server: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let behind = server.strip_prefix("http://").unwrap().to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(pass_on(stream, behind.clone()));
        }
    });
    url
}

async fn pass_on(mut stream: TcpStream, server: String) {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    if String::from_utf8_lossy(&head).lines().next().is_some_and(|line| line.contains("/strongroom/")) {
        let answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        let _ = stream.write_all(answer.as_bytes()).await;
        return;
    }
    // A call a connection, so that each is looked at.
    let head = String::from_utf8(head).unwrap().replacen("\r\n", "\r\nConnection: close\r\n", 1);
    let mut upstream = TcpStream::connect(server).await.unwrap();
    upstream.write_all(head.as_bytes()).await.unwrap();
    let _ = tokio::io::copy_bidirectional(&mut stream, &mut upstream).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_meant_is_refused() {
    let shell = shell(Shell::ibm().await).await;
    let letter = shell.home().join("documents/letter.txt").display().to_string();
    let folder = shell.home().join("documents").display().to_string();
    for (line, code, told) in [
        (
            "ls nothing".to_owned(),
            4,
            "no snapshot goes by \"nothing\"; `strongroom snapshots` lists what there is",
        ),
        ("ls latest /none".to_owned(), 4, "there is no file in this snapshot: /none"),
        ("ls latest etc".to_owned(), 2, "\"etc\" is no absolute path"),
        (format!("ls latest:{letter} /etc"), 2, "the path is given twice"),
        ("cat latest".to_owned(), 2, "say which file"),
        (format!("cat latest {folder}"), 2, "is a folder, not a file"),
        ("download latest".to_owned(), 2, "say what to bring"),
        (
            format!("download latest {letter} --to documents/letter.txt --force --to x"),
            2,
            "cannot be used multiple times",
        ),
        ("diff latest".to_owned(), 2, "<SNAPSHOT>"),
        ("diff latest latest /none".to_owned(), 4, "there is no file in these snapshots: /none"),
    ] {
        let ended = shell.run(&line).await;
        assert_eq!(ended.code, code, "{line}: {}", ended.stderr);
        assert!(ended.stderr.contains(told), "{line}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{line}");
    }
    // Errors are JSON where the output is.
    let ended = shell.run("ls nothing -o json").await;
    let error: serde_json::Value = serde_json::from_str(&ended.stderr).unwrap();
    assert_eq!((ended.code, &error["error"]["kind"]), (4, &"notFound".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_ibm_shows_what_its_index_knows() {
    let shell = shell(Shell::ibm().await).await;
    let url = vendor(&shell.server.url).await;
    let mut shell = shell.with("BACKUP_RECOVERY_URL", &url);
    shell.hide(&url, "[VENDOR]");
    shell.filter(r"knows of .*, \\", "knows of [HOST], \\");
    let folder = shell.home().join("documents").display().to_string();
    let ended = shell.run(&format!("ls latest:{folder} -o csv")).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("cannot list one snapshot; these are the files that its search index knows")
    );
    let listed: Vec<_> = ended.stdout.lines().map(|line| line.replace(&folder, "~")).collect();
    assert_eq!(
        listed,
        ["path,kind,size,modified,mode,uid,gid,target", "~/letter.txt,file,,,,,,", "~/picture,file,,,,,,"]
    );
    let ended = shell.run("find letter -o json --query [].[name,kind,size]").await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("not what they were in which snapshot"), "{}", ended.stderr);
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(found, serde_json::json!([["letter.txt", "file", null]]));
    // What the documented API can do works all the same.
    let ended = shell.run(&format!("cat documents:{folder}/letter.txt")).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "Dear reader"), "{}", ended.stderr);
    let ended = shell.run(&format!("download latest {folder}/letter.txt --to here.txt")).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(fs::read_to_string(shell.home().join("here.txt")).unwrap(), "Dear reader");
    let ended = shell.run("diff latest latest").await;
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(
        ended.stderr.contains("cannot compare snapshots; its API finds files by name"),
        "{}",
        ended.stderr
    );
    cannot_check(&shell).await;
}

/// What is stored is looked after by the vendor.
async fn cannot_check(shell: &Shell) {
    let ended = shell.run("check --read-data 10").await;
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.contains("no part of its API, only of `strongroom serve`"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_storware_mounts_instead() {
    let shell = shell(Shell::storware().await).await;
    let url = vendor(&shell.server.url).await;
    let shell = shell.with("STORWARE_URL", &url);
    let listed = shell.json("snapshots").await;
    assert_eq!((listed.as_array().map(Vec::len), &listed[0]["paths"]), (Some(1), &serde_json::json!([])));
    for line in ["ls latest", "find letter", "cat latest /a", "download latest /a", "diff latest latest"] {
        let ended = shell.run(line).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{line}: {}", ended.stderr);
        assert!(
            ended.stderr.contains("hangs a backup up as a folder of a node instead"),
            "{line}: {}",
            ended.stderr
        );
    }
    cannot_check(&shell).await;
    let ended = shell.run("download latest /a --zip").await;
    assert!(ended.code == 2 && ended.stderr.contains("makes no archives"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_gets_text_only() {
    let shell = shell(Shell::ibm().await).await;
    let folder = shell.home().join("documents").display().to_string();
    let mut terminal = shell.terminal(&format!("cat latest {folder}/letter.txt"), 80, 24);
    assert_eq!(terminal.exit_code().await, 0);
    assert_eq!(terminal.screen().trim_end(), "Dear reader");
    let mut terminal = shell.terminal(&format!("cat latest {folder}/picture"), 200, 24);
    assert_eq!(terminal.exit_code().await, 2);
    assert!(terminal.screen().contains("is no text for a terminal"), "{}", terminal.screen());
    assert!(!terminal.raw().contains("PNG"));
    // Led into a program it comes byte for byte.
    let ended = shell.run(&format!("cat latest {folder}/picture")).await;
    assert_eq!(ended.bytes, [0x89, b'P', b'N', b'G', 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_goes_on_where_it_broke_off() {
    let shell = Shell::storware().await;
    let folder = shell.folder();
    // Zeros that were never written: quick to make, and long to fetch.
    fs::File::create(folder.join("zeros")).unwrap().set_len(128 << 20).unwrap();
    fs::set_permissions(folder.join("letter.txt"), fs::Permissions::from_mode(0o750)).unwrap();
    std::os::unix::fs::symlink("letter.txt", folder.join("link")).unwrap();
    shell.server.protect("documents", &folder, &[]).await;
    adopt(&shell.server, "documents").await.back_up().await;
    let folder = folder.display().to_string();

    let line = format!("download latest {folder} --to back");
    let mut terminal = shell.terminal(&line, 80, 24);
    terminal.wait_for("MiB/128.00 MiB").await;
    terminal.interrupt();
    assert_eq!(terminal.exit_code().await, 130);
    assert!(terminal.screen().contains("the same command goes on from there"), "{}", terminal.screen());
    let back = shell.home().join("back/documents");
    assert!(!back.join("zeros").exists(), "it is there when all of it is");

    let ended = shell.run(&format!("{line} -o json")).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(fs::metadata(back.join("zeros")).unwrap().len(), 128 << 20);
    assert_eq!(fs::read_to_string(back.join("letter.txt")).unwrap(), "Dear reader");
    assert_eq!(fs::metadata(back.join("letter.txt")).unwrap().permissions().mode() & 0o777, 0o750);
    assert_eq!(fs::read_link(back.join("link")).unwrap().to_str(), Some("letter.txt"));
    let left: Vec<_> = fs::read_dir(&back).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "nothing else is left: {left:?}");

    // Once more there is nothing to do, and what somebody changed is not lost.
    let done = shell.json(&line).await;
    assert_eq!((&done[0]["files"], &done[0]["unchanged"]), (&0.into(), &2.into()));
    fs::write(back.join("letter.txt"), "mine").unwrap();
    let ended = shell.run(&line).await;
    assert!(
        ended.code == 2 && ended.stderr.contains("letter.txt is there already; --force"),
        "{}",
        ended.stderr
    );
    assert_eq!(shell.run(&format!("{line} --force")).await.code, 0);
    assert_eq!(fs::read_to_string(back.join("letter.txt")).unwrap(), "Dear reader");
}
