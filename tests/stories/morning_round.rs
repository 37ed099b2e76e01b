//! Somebody looks every morning whether all is well: nothing yet, then good, then one that failed, then one too old.

use std::fs;

use crate::support::{Filters, Shell};

#[tokio::test]
async fn the_morning_round_shows_what_needs_a_hand() {
    let mut shell = Shell::ibm().await;
    shell.filter(Filters::SPANS, "[SPAN]");
    shell.filter(Filters::SIZES, "[SIZE]");
    let ended = shell.run("status").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    --- stderr
    nothing is protected yet; `strongroom backup DIR` begins
    ");

    shell.write("documents/letter.txt", "Dear reader");
    shell.write("photos/cat.raw", "meow");
    for folder in ["documents", "photos"] {
        let ended = shell.run(&format!("backup {folder}")).await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
    let ended = shell.run("status --check").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    GROUP  STATE  LAST GOOD  EVERY  SIZE  STORED  SNAPSHOTS
    documents  good  [SPAN] ago  [SPAN]  [SIZE]  [SIZE]  1
    photos  good  [SPAN] ago  [SPAN]  [SIZE]  [SIZE]  1
    --- stderr
    2 groups: none failed, none is late; [SIZE] protected, [SIZE] stored
    ");

    // A disk that is not plugged in.
    fs::rename(shell.home().join("photos"), shell.home().join("elsewhere")).unwrap();
    let group = shell.json("ibm groups list").await;
    let group = group["protectionGroups"].as_array().unwrap().iter().find(|group| group["name"] == "photos");
    let group = group.unwrap()["id"].as_str().unwrap().to_owned();
    let ended = shell.run(&format!("ibm runs start {group} --run-type kRegular --wait")).await;
    assert_eq!(ended.code, 6, "{}", ended.whole());
    let ended =
        shell.run("status --check -o csv --query groups[].{name:name,state:state,lastRun:lastRun}").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 6
    --- stdout
    lastRun,name,state
    failed,photos,failed
    succeeded,documents,good
    --- stderr
    error: The check failed: 1 group failed
    ");
    let ended = shell.run("status --check --query [failed,late,never] -o json").await;
    assert_eq!(ended.code, 6, "{}", ended.stderr);
    assert_eq!(shell.run("status").await.code, 0);

    let failed = shell.json("runs --failed").await;
    assert_eq!(failed.as_array().unwrap().len(), 1);
    assert_eq!((&failed[0]["group"], &failed[0]["state"]), (&"photos".into(), &"failed".into()));
    let runs = shell.run("runs").await;
    insta::assert_snapshot!(runs.loose(), @r"
    exit 0
    --- stdout
    TIME  GROUP  STATE  FILES  SIZE  STORED  TOOK
    [TIME]  documents  succeeded  1  [SIZE]  [SIZE]  [SPAN]
    [TIME]  photos  succeeded  1  [SIZE]  [SIZE]  [SPAN]
    [TIME]  photos  failed  0  [SIZE]  [SIZE]  [SPAN]
    --- stderr
    ");
    let id = failed[0]["id"].as_str().unwrap();
    assert_eq!(shell.json(&format!("runs show {id}")).await["message"], failed[0]["message"]);
    assert_eq!(shell.run(&format!("runs cancel {id}")).await.code, 5, "it has ended");
    assert_eq!(shell.run("runs nothing").await.code, 4);
    assert_eq!(shell.json("runs documents --last 1 --since 1h").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn late_is_told_by_the_exit_code_of_either_service() {
    let shell = Shell::storware().await;
    shell.folder();
    assert_eq!(shell.run("backup documents").await.code, 0);
    let told = shell.json("status").await;
    assert_eq!((&told["groups"][0]["state"], &told["groups"][0]["snapshots"]), (&"good".into(), &1.into()));
    assert_eq!(shell.run("status --check --within 1h").await.code, 0);
    let mut ended = shell.run("status --check --within 1s").await;
    // A second is over soon.
    for _ in 0..200 {
        if ended.code != 0 {
            break;
        }
        ended = shell.run("status --check --within 1s").await;
    }
    assert_eq!(ended.code, 7, "{}", ended.whole());
    assert!(ended.stderr.contains("documents is late"), "{}", ended.stderr);
    let runs = shell.json("runs").await;
    assert_eq!(runs.as_array().unwrap().len(), 1, "{runs:#}");
    assert_eq!((&runs[0]["kind"], &runs[0]["state"]), (&"full".into(), &"succeeded".into()));
}
