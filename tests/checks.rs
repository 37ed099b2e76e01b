//! The path of our own that checks what is stored: who may ask, and what it tells.

use std::fs;
use std::path::{Path, PathBuf};

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use server::Role;

use crate::support::{Fixture, TestServer, http};

const ALL: Option<&str> = Some("100");

/// Asks through the IBM face.
async fn ask_ibm(server: &TestServer, read: Option<&str>) -> Response {
    let mut call =
        http().post(format!("{}/v2/strongroom/check", server.url)).bearer_auth(server.token().await);
    call = call.header("x-ibm-tenant-id", &server.tenant);
    if let Some(read) = read {
        call = call.query(&[("readData", read)]);
    }
    call.send().await.unwrap()
}

/// Asks through the Storware face.
async fn ask_storware(server: &TestServer, login: &str, password: &str) -> Response {
    let login = json!({"login": login, "password": password});
    let sent = http().post(format!("{}/api/session/login", server.url)).json(&login).send().await.unwrap();
    let cookie = sent.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let call =
        http().post(format!("{}/api/strongroom/check?readData=100", server.url)).header("cookie", cookie);
    call.send().await.unwrap()
}

/// The report at the end of an answer of lines.
async fn report(answer: Response) -> Value {
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let text = answer.text().await.unwrap();
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.pop().unwrap();
    assert!(lines.iter().all(|line| line["progress"].is_object()), "{text}");
    assert!(last["report"].is_object(), "{text}");
    last["report"].clone()
}

/// The largest pack of the only repository.
fn largest_pack(data: &Path) -> PathBuf {
    let tenant = fs::read_dir(data.join("vault")).unwrap().next().unwrap().unwrap().path();
    let folders = fs::read_dir(tenant.join("data")).unwrap();
    let packs = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    packs.map(|pack| pack.unwrap().path()).max_by_key(|pack| fs::metadata(pack).unwrap().len()).unwrap()
}

#[tokio::test]
async fn what_is_lost_is_named_in_the_words_of_each_face() {
    let server = TestServer::start().await;
    assert_eq!(report(ask_ibm(&server, None).await).await["isGood"], true, "there is nothing yet");
    let folder = tempfile::tempdir().unwrap();
    // What neither compresses nor repeats is larger than what lists it.
    let mut state = 7_u64;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    });
    fs::write(folder.path().join("photo"), noise.take(600_000).collect::<Vec<_>>()).unwrap();
    let fixture = Fixture::new(server.client(), folder.path()).await;
    fixture.back_up().await;
    let snapshot = fixture.snapshots().await.remove(0);

    let good = report(ask_ibm(&server, ALL).await).await;
    assert_eq!((&good["isGood"], &good["snapshots"], &good["harmed"]), (&json!(true), &json!(1), &json!([])));
    assert_eq!(good["bytesRead"], good["bytes"]);

    let pack = largest_pack(server.data_dir());
    let mut content = fs::read(&pack).unwrap();
    content[1000] ^= 1;
    fs::write(&pack, content).unwrap();
    assert_eq!(report(ask_ibm(&server, None).await).await["isGood"], true, "nobody has read it");
    let bad = report(ask_ibm(&server, ALL).await).await;
    assert_eq!((&bad["isGood"], &bad["damagesTotal"]), (&json!(false), &json!(1)));
    assert_eq!(bad["damages"][0]["kind"], "pack");
    assert_eq!(bad["damages"][0]["name"], pack.file_name().unwrap().to_str().unwrap());
    let harmed = &bad["harmed"][0];
    assert_eq!((&harmed["id"], &harmed["files"]), (&json!(snapshot), &json!(1)));
    assert_eq!(harmed["paths"], json!([folder.path().join("photo").display().to_string()]));

    let backups = server.storware().list_backups().send().await.unwrap().into_inner();
    let told = report(ask_storware(&server, "admin", &server.password).await).await;
    assert_eq!(told["harmed"][0]["id"], backups[0].guid.to_string());

    // A snapshot that is gone from the vault is missed too.
    fs::remove_dir_all(pack.ancestors().nth(3).unwrap().join("snapshots")).unwrap();
    fs::create_dir(pack.ancestors().nth(3).unwrap().join("snapshots")).unwrap();
    let gone = report(ask_ibm(&server, None).await).await;
    assert_eq!((&gone["isGood"], &gone["harmed"][0]["id"]), (&json!(false), &json!(snapshot)));
}

#[tokio::test]
async fn only_who_may_do_all_may_check() {
    let red: &[&str] = &["red"];
    let server = TestServer::start_with_users(&[
        ("olga", Role::Operator, None, None),
        ("vera", Role::Viewer, None, None),
        ("rita", Role::Administrator, None, Some(red)),
        ("otto", Role::Administrator, Some("other/"), None),
    ])
    .await;
    for login in ["olga", "vera", "rita"] {
        let answer = ask_storware(&server, login, &format!("{login}{login}")).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{login}");
    }
    // Another tenant's administrator sees their own vault, which is empty.
    let own = report(ask_storware(&server, "otto", "ottootto").await).await;
    assert_eq!((&own["isGood"], &own["packs"]), (&json!(true), &json!(0)));
    let path = format!("{}/api/strongroom/check", server.url);
    assert_eq!(http().post(&path).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(http().get(&path).send().await.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED);

    let path = format!("{}/v2/strongroom/check", server.url);
    assert_eq!(http().post(&path).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(http().get(&path).send().await.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED);
    let foreign = http().post(&path).bearer_auth(server.token().await).header("x-ibm-tenant-id", "other/");
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    for share in ["0", "101", "-1", "half"] {
        let answer = ask_ibm(&server, Some(share)).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{share}");
        assert_eq!(answer.json::<Value>().await.unwrap()["errorCode"], "InvalidRequest");
    }
}
