//! Who may ask: tokens, tenants, and the walls between them.

use serde_json::{Value, json};

use crate::support::{Fixture, TestServer, http};

#[tokio::test(flavor = "multi_thread")]
async fn the_token_endpoint_speaks_the_form_of_iam() {
    let server = TestServer::start().await;
    let ask = async |form: &[(&str, &str)]| {
        let sent = http().post(format!("{}/identity/token", server.url)).form(form);
        let answer = sent.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let grant = ("grant_type", "urn:ibm:params:oauth:grant-type:apikey");
    let (status, token) = ask(&[grant, ("apikey", &server.api_key)]).await;
    assert_eq!(status, 200, "{token}");
    assert_eq!(token["token_type"], "Bearer");
    assert_eq!(token["expires_in"], 3600);
    assert!(token["expiration"].as_i64().unwrap() > 1_700_000_000);

    let (status, error) = ask(&[grant, ("apikey", "a key that nobody made")]).await;
    assert_eq!((status, &error["errorCode"]), (400, &json!("BXNIM0415E")));
    let (status, error) = ask(&[("grant_type", "password"), ("apikey", &server.api_key)]).await;
    assert_eq!(status, 400);
    assert!(error["errorMessage"].as_str().unwrap().contains("grant_type"), "{error}");
    let (status, error) = ask(&[grant]).await;
    assert_eq!(status, 400);
    assert!(error["errorMessage"].as_str().unwrap().contains("apikey"), "{error}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_answered_without_a_token_and_its_tenant() {
    let server = TestServer::start().await;
    let token = server.token().await;
    let ask = async |authorization: Option<&str>, tenant: Option<&str>| {
        let mut request = http().get(format!("{}/v2/data-protect/policies", server.url));
        if let Some(authorization) = authorization {
            request = request.header("Authorization", authorization);
        }
        if let Some(tenant) = tenant {
            request = request.header("X-IBM-Tenant-Id", tenant);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        if status != 200 {
            assert!(!body["taskLogId"].as_str().unwrap().is_empty());
        }
        (status, body["errorCode"].as_str().unwrap_or_default().to_owned())
    };
    let good = format!("Bearer {token}");
    let told = |status, code: &str| (status, code.to_owned());
    assert_eq!(ask(Some(&good), Some(&server.tenant)).await, told(200, ""));
    assert_eq!(ask(None, Some(&server.tenant)).await, told(401, "Unauthorized"));
    assert_eq!(ask(Some("Bearer guess"), Some(&server.tenant)).await, told(401, "Unauthorized"));
    assert_eq!(ask(Some(&token), Some(&server.tenant)).await, told(401, "Unauthorized"));
    assert_eq!(ask(Some(&good), None).await, told(400, "InvalidRequest"));
    assert_eq!(ask(Some(&good), Some("other/")).await, told(403, "Forbidden"));
    assert_eq!(ask(Some(&good), Some(server.tenant.trim_end_matches('/'))).await, told(403, "Forbidden"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_do_not_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("private"), "mine").unwrap();
    let (server, stranger) = TestServer::start_with_stranger().await;

    let mine = Fixture::new(server.client(), folder.path()).await;
    mine.back_up().await;
    let snapshot = mine.snapshots().await.remove(0);
    let run = mine.latest_run().await.id.unwrap();
    let path = format!("{}/private", folder.path().display());

    let none = |status: Option<ibm_backup_recovery::Error>| status.map(|err| err.is_not_found());
    let c = &stranger;
    assert!(c.get_protection_policies().send().await.unwrap().policies.as_ref().unwrap().is_empty());
    assert!(c.get_protection_groups().send().await.unwrap().protection_groups.as_ref().unwrap().is_empty());
    assert!(c.get_source_registrations().send().await.unwrap().registrations.as_ref().unwrap().is_empty());
    assert!(c.get_recoveries().send().await.unwrap().recoveries.as_ref().unwrap().is_empty());
    let missing = [
        none(c.get_protection_policy_by_id().id(&mine.policy).send().await.err()),
        none(c.delete_protection_policy().id(&mine.policy).send().await.err()),
        none(c.get_protection_group_by_id().id(&mine.group).send().await.err()),
        none(c.delete_protection_group().id(&mine.group).send().await.err()),
        none(c.get_protection_group_runs().id(&mine.group).send().await.err()),
        none(c.get_protection_group_run().id(&mine.group).run_id(&run).send().await.err()),
        none(c.get_protection_source_registration().id(mine.object).send().await.err()),
        none(c.delete_protection_source_registration().id(mine.object).send().await.err()),
        none(c.get_object_snapshots().id(mine.object).send().await.err()),
        none(c.download_indexed_file().snapshots_id(&snapshot).file_path(&path).send().await.err()),
    ];
    assert_eq!(missing, [Some(true); 10]);
    let theirs = Fixture::new(stranger, folder.path()).await;
    assert!(theirs.search("private").await.is_empty());
    let body = theirs.restore_request(&snapshot, &[&path], theirs.below(folder.path()));
    assert!(theirs.client.create_recovery().body(body).send().await.unwrap_err().is_not_found());
    assert_eq!(mine.search("private").await, [path]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_kept_as_digests() {
    let data = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(data.path(), None).await;
    let secrets = [server.api_key.clone(), server.token().await];
    server.stop().await;
    let mut looked_at = 0;
    for entry in std::fs::read_dir(data.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            looked_at += 1;
            for secret in &secrets {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "a secret lies in the clear in {}", path.display());
            }
        }
    }
    assert!(looked_at >= 1, "the catalog is a file of the data folder");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_cannot_send_much() {
    let server = TestServer::start().await;
    let form = "a&".repeat(100_000);
    let sent = http().post(format!("{}/identity/token", server.url)).body(form).send().await;
    assert_eq!(sent.unwrap().status().as_u16(), 413);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_cannot_be_read_is_refused_like_anything_else() {
    let server = TestServer::start().await;
    let (status, body) = server.raw("GET", "/data-protect/policies/%FF", None).await;
    assert_eq!(status, 400);
    assert_eq!(body["errorCode"], "InvalidRequest", "{body}");
    let stranger = http().get(format!("{}/v2/data-protect/policies/%FF", server.url)).send().await.unwrap();
    assert_eq!(stranger.status().as_u16(), 401, "not before it is known who asks");
    server.stop().await;
}
