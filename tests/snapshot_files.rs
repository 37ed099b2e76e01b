//! The files of snapshots on paths of our own, beside both APIs.

use std::fs;

use ibm_backup_recovery::types as ibm;
use serde_json::Value;
use server::Role;
use tempfile::TempDir;

use crate::support::{Fixture, Session, TestServer, adopt, http, odd_tree};

/// A server with a folder of the name `documents`, and two backups of it.
struct World {
    server: TestServer,
    dir: TempDir,
    /// The ids of the snapshots, the first first, for IBM.
    ids: Vec<String>,
    /// The guids of the backups, for Storware.
    guids: Vec<String>,
}

impl World {
    async fn new(server: TestServer, change: impl FnOnce(&std::path::Path)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        odd_tree(dir.path());
        server.protect("documents", dir.path(), &["red"]).await;
        let fixture = adopt(&server, "documents").await;
        fixture.back_up().await;
        change(dir.path());
        fixture.back_up().await;
        let mut ids = fixture.snapshots().await;
        ids.reverse();
        let (_, backups) =
            server.raw_storware("GET", "/backups?order-by=backupTime&direction=asc", None).await;
        let guids = backups.as_array().unwrap().iter().map(|backup| text(&backup["guid"])).collect();
        Self { server, dir, ids, guids }
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.dir.path().display())
    }

    async fn get(&self, id: &str, what: &str, query: &[(&str, &str)]) -> (u16, Vec<u8>) {
        let path = format!("/v2/strongroom/snapshots/{id}/{what}");
        self.at(&path, query).await
    }

    async fn at(&self, path: &str, query: &[(&str, &str)]) -> (u16, Vec<u8>) {
        let request = http().get(format!("{}{path}", self.server.url)).query(query);
        let request =
            request.bearer_auth(self.server.token().await).header("X-IBM-Tenant-ID", &self.server.tenant);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
    }

    async fn json(&self, id: &str, what: &str, query: &[(&str, &str)]) -> (u16, Value) {
        let (status, body) = self.get(id, what, query).await;
        (status, serde_json::from_slice(&body).unwrap())
    }

    /// The lines of a whole answer, without the one that says so.
    async fn lines(&self, id: &str, what: &str, query: &[(&str, &str)]) -> Vec<Value> {
        let (status, body) = self.get(id, what, query).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        let body = String::from_utf8(body).unwrap();
        let mut lines: Vec<Value> = body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let end = lines.pop().unwrap();
        assert_eq!(end["end"]["count"], lines.len(), "{end}");
        lines
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn names(entries: &Value) -> Vec<String> {
    entries.as_array().unwrap().iter().map(|entry| text(&entry["name"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_listed_in_pages_with_odd_names() {
    let world = World::new(TestServer::start().await, |dir| fs::write(dir.join("more"), "x").unwrap()).await;
    let (root, id) = (world.path(""), world.ids[0].clone());
    let (status, whole) = world.json(&id, "files", &[("path", &root)]).await;
    assert_eq!((status, &whole["next"]), (200, &Value::Null), "{whole}");
    assert_eq!(whole["entry"]["kind"], "folder");
    let all = names(&whole["entries"]);
    for name in ["latin1-\\xe9", "looks like \\x5cxe9", "new\nline", "empty-folder", "grüße-🔒.txt"] {
        assert!(all.contains(&name.to_owned()), "{name:?} in {all:?}");
    }
    let entry = |name: &str| {
        whole["entries"].as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap().clone()
    };
    assert_eq!((&entry("script.sh")["mode"], &entry("script.sh")["size"]), (&"0751".into(), &10.into()));
    assert_eq!(
        (&entry("dangling")["kind"], &entry("dangling")["target"]),
        (&"symlink".into(), &"/nowhere/at/all".into())
    );
    assert_eq!(entry("plain.txt")["modifiedAt"], "2001-02-03T04:05:06.987654321Z");

    // Page by page it is the same, and each page begins where the one before ended.
    let (mut paged, mut after) = (Vec::new(), None::<String>);
    loop {
        let mut query = vec![("path", root.as_str()), ("limit", "3")];
        query.extend(after.as_deref().map(|after| ("after", after)));
        let (_, page) = world.json(&id, "files", &query).await;
        assert!(page["entries"].as_array().unwrap().len() <= 3);
        paged.extend(names(&page["entries"]));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(paged, all);

    // A path is asked for as it is told, and has its content.
    let odd = world.path("latin1-\\xe9");
    let (_, file) = world.json(&id, "files", &[("path", &odd)]).await;
    assert_eq!(
        (&file["entry"]["path"], file["entries"].as_array().unwrap().len()),
        (&odd.as_str().into(), 0)
    );
    assert_eq!(world.get(&id, "content", &[("path", &odd)]).await, (200, b"content of number 4".to_vec()));
    let middle = [("path", odd.as_str()), ("offset", "8"), ("length", "2")];
    assert_eq!(world.get(&id, "content", &middle).await, (200, b"of".to_vec()));
    assert_eq!(world.get(&id, "content", &[("path", &odd), ("offset", "99")]).await, (200, Vec::new()));

    // All of it at once, folders before what they hold.
    let tree = world.lines(&id, "tree", &[("path", &world.path("deep"))]).await;
    let kinds: Vec<_> = tree
        .iter()
        .map(|entry| format!("{} {}", entry["kind"].as_str().unwrap(), text(&entry["name"])))
        .collect();
    assert_eq!(kinds, ["folder deep", "folder er", "folder and", "folder deeper", "file leaf", "symlink up"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_wrongly_is_refused() {
    let world = World::new(TestServer::start().await, |dir| fs::write(dir.join("more"), "x").unwrap()).await;
    let id = &world.ids[0];
    for (what, query, status, words) in [
        ("files", vec![("path", "relative")], 400, "path: must be an absolute path"),
        ("files", vec![("path", "/a/../b")], 400, "path: must be an absolute path"),
        ("files", vec![("limit", "0")], 400, "limit: must lie between 1 and 10000"),
        ("files", vec![("limit", "10001")], 400, "limit: must lie between 1 and 10000"),
        ("files", vec![("depth", "1")], 400, "unknown field `depth`"),
        ("files", vec![("path", "/none")], 404, "there is no file in this snapshot: /none"),
        ("tree", vec![("path", "/none")], 404, "there is no file in this snapshot: /none"),
        ("changes", vec![], 400, "missing field `since`"),
        ("changes", vec![("since", "nothing")], 404, "there is no snapshot nothing"),
        ("content", vec![("path", "/")], 400, "path: / is not a regular file"),
    ] {
        let (got, body) = world.json(id, what, &query).await;
        let message = body["message"].as_str().unwrap();
        assert!(got == status && message.contains(words), "{what} {query:?}: {got} {message}");
    }
    assert_eq!(world.json("nothing", "files", &[]).await.0, 404);
    let (status, body) = world.at("/v2/strongroom/files", &[("after", "x")]).await;
    assert_eq!(
        (status, String::from_utf8_lossy(&body).contains("after: is not one that this server gave")),
        (400, true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_snapshots_are_compared() {
    let world = World::new(TestServer::start().await, |dir| {
        fs::write(dir.join("plain.txt"), "longer than it was before").unwrap();
        fs::remove_file(dir.join(".hidden")).unwrap();
        fs::write(dir.join("more"), "x").unwrap();
        fs::remove_dir(dir.join("empty-folder")).unwrap();
        fs::write(dir.join("empty-folder"), "a file now").unwrap();
        fs::create_dir(dir.join("added")).unwrap();
        fs::write(dir.join("added/leaf"), "leaf").unwrap();
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        fs::set_permissions(dir.join("script.sh"), open).unwrap();
    })
    .await;
    let since = [("since", world.ids[0].as_str())];
    let told = |lines: &[Value]| -> Vec<String> {
        let name = |line: &Value| {
            let path = line["after"]["path"].as_str().or(line["before"]["path"].as_str()).unwrap().to_owned();
            path.strip_prefix(&world.path("")).unwrap().to_owned()
        };
        lines.iter().map(|line| format!("{} {}", line["change"].as_str().unwrap(), name(line))).collect()
    };
    let lines = world.lines(&world.ids[1], "changes", &since).await;
    assert_eq!(
        told(&lines),
        [
            "removed .hidden",
            "added added",
            "added added/leaf",
            "kind empty-folder",
            "added more",
            "content plain.txt",
            "attributes script.sh",
            // Another name of the first, which is one file.
            "content second-name-of-plain",
        ]
    );
    // The other way round it is the other way round, and with itself there is nothing.
    let back = world.lines(&world.ids[0], "changes", &[("since", &world.ids[1])]).await;
    assert_eq!(told(&back)[..2], ["added .hidden", "removed added"]);
    assert_eq!(world.lines(&world.ids[0], "changes", &since).await, [Value::Null; 0]);
    // Only what lies at a path.
    let only = [since[0], ("path", &*world.path("added"))];
    assert_eq!(
        told(&world.lines(&world.ids[1], "changes", &only).await),
        ["added added", "added added/leaf"]
    );
    let none = [since[0], ("path", "/none")];
    assert_eq!(world.get(&world.ids[1], "changes", &none).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_found_with_what_it_was_when() {
    let world = World::new(TestServer::start().await, |dir| {
        fs::write(dir.join("with space"), "changed").unwrap();
        fs::write(dir.join("more"), "x").unwrap();
    })
    .await;
    let find = async |query: &[(&str, &str)]| {
        let (status, body) = world.at("/v2/strongroom/files", query).await;
        assert_eq!(status, 200);
        serde_json::from_slice::<Value>(&body).unwrap()
    };
    let found = find(&[("name", "WITH space")]).await;
    let versions = found["files"][0]["versions"].as_array().unwrap();
    let told: Vec<_> = versions.iter().map(|one| (one["size"].as_u64(), one["snapshots"].clone())).collect();
    let of = |at: usize| Value::from(vec![world.ids[at].clone()]);
    assert_eq!(told, [(Some(19), of(0)), (Some(7), of(1))]);
    let same = find(&[("name", "script.sh")]).await;
    assert_eq!(same["files"][0]["versions"][0]["snapshots"], Value::from(world.ids.clone()));

    // In pages it is the same.
    let all = names(&find(&[("name", "e")]).await["files"]);
    let (mut paged, mut after) = (Vec::new(), None::<String>);
    loop {
        let mut query = vec![("name", "e"), ("limit", "2")];
        query.extend(after.as_deref().map(|after| ("after", after)));
        let page = find(&query).await;
        assert_eq!(page["total"], all.len());
        paged.extend(names(&page["files"]));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(paged, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_tenants_and_deleted_snapshots_are_not_there() {
    let (server, stranger) = TestServer::start_with_stranger().await;
    let world = World::new(server, |dir| fs::write(dir.join("more"), "x").unwrap()).await;
    let id = &world.ids[0];
    let base = format!("/strongroom/snapshots/{id}");
    for path in [format!("{base}/files"), format!("{base}/tree"), format!("{base}/content?path=/a")] {
        let error = stranger.request(reqwest::Method::GET, &path).send_for_bytes().await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(404), "{path}");
    }
    let list = stranger.request(reqwest::Method::GET, "/strongroom/snapshots").send().await.unwrap();
    assert_eq!(list["snapshots"], Value::Array(Vec::new()));
    let found =
        stranger.request(reqwest::Method::GET, "/strongroom/files").query("name", "plain").send().await;
    assert_eq!(found.unwrap()["total"], 0);
    // Without a token nobody learns anything.
    let url = format!("{}/v2{base}/files", world.server.url);
    assert_eq!(http().get(url).send().await.unwrap().status(), 401);

    let kept = world.at("/v2/strongroom/snapshots", &[]).await.1;
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(kept["snapshots"].as_array().unwrap().len(), 2);
    assert_eq!(kept["snapshots"][0]["paths"], Value::from(vec![world.dir.path().display().to_string()]));

    let fixture = adopt(&world.server, "documents").await;
    delete_all(&fixture).await;
    assert_eq!(world.get(id, "files", &[]).await.0, 404);
    assert_eq!(world.get(id, "changes", &[("since", &world.ids[1])]).await.0, 404);
    let (status, _) = world
        .server
        .raw_storware("GET", &format!("/strongroom/snapshots/{}/files", world.guids[0]), None)
        .await;
    assert_eq!(status, 404);
}

async fn delete_all(fixture: &Fixture) {
    let runs = fixture.client.get_protection_group_runs().id(&fixture.group).start_time_usecs(0).send().await;
    for run in runs.unwrap().into_inner().runs.unwrap() {
        let local = ibm::LocalSnapshotUpdate::new().with_delete_snapshot(true);
        let update = ibm::RunUpdate::new(run.id.unwrap()).with_local_snapshot_config(local);
        let body = ibm::UpdateRunsRequest::new([update]);
        fixture.client.update_protection_group_run().id(&fixture.group).body(body).send().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_see_what_their_role_and_projects_let_them_see() {
    let server = TestServer::start_with_users(&[
        ("looker", Role::Viewer, None, Some(&["red"])),
        ("bringer", Role::RestoreOperator, None, Some(&["red"])),
        ("manager", Role::Administrator, None, Some(&["blue"])),
    ])
    .await;
    let world = World::new(server, |dir| fs::write(dir.join("more"), "x").unwrap()).await;
    let base = format!("/strongroom/snapshots/{}", world.guids[0]);
    let content = format!("{base}/content?path={}", world.path("script.sh"));
    for (login, sees, reads) in [("looker", 200, 403), ("bringer", 200, 200), ("manager", 404, 404)] {
        let session = Session::open(&world.server, login, &format!("{login}{login}")).await;
        let (status, body) = session.get(&format!("{base}/files")).await;
        assert_eq!(status, sees, "{login}: {body}");
        let (status, body) = session.get(&content).await;
        assert_eq!(status, reads, "{login}: {body}");
        let (_, kept) = session.get("/strongroom/snapshots").await;
        assert_eq!(kept["snapshots"].as_array().unwrap().len(), if sees == 200 { 2 } else { 0 }, "{login}");
        let (_, found) = session.get("/strongroom/files?name=script").await;
        assert_eq!(found["total"], i32::from(sees == 200), "{login}");
    }
    let changes = format!("/strongroom/snapshots/{}/changes?since={}", world.guids[1], world.guids[0]);
    let (status, lines) = world.server.raw_storware("GET", &changes, None).await;
    assert_eq!(status, 200, "{lines}");
    let nobody = format!("{}/api{base}/files", world.server.url);
    assert_eq!(http().get(nobody).send().await.unwrap().status(), 401);
}
