//! Data source connections and their registration tokens.

use ibm_backup_recovery::types;
use serde_json::json;

use crate::support::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lives_and_dies() {
    let server = TestServer::start().await;
    let client = server.client();
    let body = types::CreateConnectionRequest::new("Frankfurt")
        .with_connection_env_type(types::ConnectionEnvType::IksVpc);
    let made = client.create_data_source_connection().body(body).send().await.unwrap().into_inner();
    let id = made.connection_id.clone().unwrap();
    assert!(id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
    assert_eq!(made.tenant_id.as_deref(), Some(server.tenant.as_str()));
    assert_eq!(made.connection_env_type, Some(types::ConnectionEnvType::IksVpc));
    assert_eq!(made.connector_ids, Some(vec![]));
    assert!(made.registration_token.is_some(), "the first token comes with it");

    // What is read later is the same, without the token.
    let known = types::DataSourceConnection { registration_token: None, ..made };
    let got = client.get_data_source_connection().connection_id(&id).send().await.unwrap().into_inner();
    assert_eq!(got, known);
    let body = types::PatchConnectionRequest::new("Frankfurt 2");
    let patch = client.patch_data_source_connection().connection_id(&id).body(body).send().await.unwrap();
    assert_eq!(patch.connection_name, "Frankfurt 2");
    let body = types::PatchConnectionRequest::new("Frankfurt 3");
    let put = client.replace_data_source_connection().connection_id(&id).body(body).send().await.unwrap();
    let expected = types::DataSourceConnection { connection_name: "Frankfurt 3".to_owned(), ..known };
    assert_eq!(put.into_inner(), expected);

    client.delete_data_source_connection().connection_id(&id).send().await.unwrap();
    let gone = client.get_data_source_connection().connection_id(&id).send().await.unwrap_err();
    assert!(gone.is_not_found());
    assert!(
        client.delete_data_source_connection().connection_id(&id).send().await.unwrap_err().is_not_found()
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_found_by_id_and_name() {
    let server = TestServer::start().await;
    let client = server.client();
    let mut ids = Vec::new();
    for name in ["one", "two", "three"] {
        let body = types::CreateConnectionRequest::new(name);
        let made = client.create_data_source_connection().body(body).send().await.unwrap();
        ids.push(made.connection_id.clone().unwrap());
    }
    let names = |list: types::DataSourceConnectionList| {
        list.connections.unwrap().into_iter().map(|it| it.connection_name).collect::<Vec<_>>()
    };
    let all = client.get_data_source_connections().send().await.unwrap().into_inner();
    assert!(all.connections.iter().flatten().all(|connection| connection.registration_token.is_none()));
    assert_eq!(names(all), ["one", "two", "three"]);
    let call = client.get_data_source_connections().connection_ids([&ids[0], &ids[2]]);
    assert_eq!(names(call.send().await.unwrap().into_inner()), ["one", "three"]);
    let call = client.get_data_source_connections().connection_names(["two", "four"]);
    assert_eq!(names(call.send().await.unwrap().into_inner()), ["two"]);
    let call = client.get_data_source_connections().connection_names(["two"]).connection_ids([&ids[0]]);
    assert_eq!(names(call.send().await.unwrap().into_inner()), [""; 0]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_by_its_name() {
    let server = TestServer::start().await;
    let path = "/data-source-connections";
    let (status, made) = server.raw("POST", path, Some(json!({ "connectionName": "one" }))).await;
    assert_eq!(status, 201, "{made}");
    let one = format!("{path}/{}", made["connectionId"].as_str().unwrap());
    server.raw("POST", path, Some(json!({ "connectionName": "two" }))).await;
    let cases = [
        ("POST", path, json!({ "connectionName": "one" }), 409, "\"one\""),
        ("POST", path, json!({ "connectionName": " " }), 400, "connectionName"),
        ("POST", path, json!({}), 400, "connectionName"),
        (
            "POST",
            path,
            json!({ "connectionName": "x", "connectionEnvType": "kMoon" }),
            400,
            "connectionEnvType",
        ),
        ("PATCH", &one, json!({ "connectionName": "two" }), 409, "\"two\""),
        ("PUT", &one, json!({ "connectionName": "" }), 400, "connectionName"),
        ("PATCH", "/data-source-connections/999", json!({ "connectionName": "x" }), 404, "999"),
        ("PATCH", "/data-source-connections/+1", json!({ "connectionName": "x" }), 404, "connection"),
        ("PATCH", "/data-source-connections/abc", json!({ "connectionName": "x" }), 404, "abc"),
    ];
    for (method, path, body, status, named) in cases {
        let (answered, error) = server.raw(method, path, Some(body.clone())).await;
        assert_eq!(answered, status, "{method} {path} {body}: {error}");
        assert!(error["message"].as_str().unwrap().contains(named), "{method} {path} {body}: {error}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_new_each_time_and_kept_as_digests() {
    let data = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(data.path(), None).await;
    let client = server.client();
    let body = types::CreateConnectionRequest::new("here");
    let made = client.create_data_source_connection().body(body).send().await.unwrap().into_inner();
    let id = made.connection_id.unwrap();
    let call = client.generate_data_source_connection_registration_token().connection_id(&id);
    let issued = call.send().await.unwrap().into_inner();
    let secrets = [made.registration_token.unwrap(), issued];
    assert_ne!(secrets[0], secrets[1]);
    let call = client.generate_data_source_connection_registration_token().connection_id("77");
    assert!(call.send().await.unwrap_err().is_not_found());
    server.stop().await;
    let mut looked_at = 0;
    for entry in std::fs::read_dir(data.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            looked_at += 1;
            for secret in &secrets {
                let secret = secret.expose().as_bytes();
                assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", path.display());
            }
        }
    }
    assert!(looked_at >= 1);
}
