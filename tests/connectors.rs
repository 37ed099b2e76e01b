//! Data source connectors: they register by themselves, outside the vendor's API.

use ibm_backup_recovery::{Client, types};
use serde_json::{Value, json};

use crate::support::{TestServer, http};

/// Says something as a connector does: to the server's own path, with no token of the API.
async fn say(server: &TestServer, path: &str, body: Value) -> (u16, Value) {
    let sent = http().post(format!("{}{path}", server.url)).json(&body).send().await.unwrap();
    (sent.status().as_u16(), sent.json().await.unwrap())
}

/// A connection and its first token.
async fn connection(client: &Client, name: &str) -> (String, String) {
    let body = types::CreateConnectionRequest::new(name);
    let made = client.create_data_source_connection().body(body).send().await.unwrap().into_inner();
    (made.connection_id.unwrap().into(), made.registration_token.unwrap().expose().to_owned())
}

async fn connectors(client: &Client) -> Vec<types::DataSourceConnector> {
    client.get_data_source_connectors().send().await.unwrap().into_inner().connectors.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn connectors_appear_by_registering_and_stay_in_contact() {
    let server = TestServer::start().await;
    let client = server.client();
    let (here, token) = connection(&client, "here").await;
    let body = json!({
        "token": token, "name": "fra-1", "softwareVersion": "1.2.3",
        "clusterSideIp": "172.20.4.11", "tenantSideIp": "10.20.30.5",
    });
    let (status, first) = say(&server, "/connectors/register", body).await;
    assert_eq!((status, first["connectionId"].as_str()), (201, Some(here.as_str())), "{first}");
    assert!(first["contactEverySecs"].as_i64().unwrap() > 0);
    // One token serves several connectors.
    let (status, second) =
        say(&server, "/connectors/register", json!({ "token": token, "name": "fra-2" })).await;
    assert_eq!(status, 201, "{second}");

    let shown = connectors(&client).await;
    assert_eq!(shown[0].connector_id.as_deref(), first["connectorId"].as_str());
    assert_eq!(shown[0].connection_id.as_deref(), Some(here.as_str()));
    assert_eq!(shown[0].connector_name.as_deref(), Some("fra-1"));
    assert_eq!(shown[0].software_version.as_deref(), Some("1.2.3"));
    assert_eq!(shown[0].cluster_side_ip.as_deref(), Some("172.20.4.11"));
    assert_eq!(shown[0].tenant_side_ip.as_deref(), Some("10.20.30.5"));
    let status = shown[0].connectivity_status.clone().unwrap();
    assert!(status.is_connected && status.last_connected_timestamp_secs.unwrap() > 1_700_000_000);
    assert_eq!(shown[1].software_version, None, "what was not said is not known");
    let got = client.get_data_source_connection().connection_id(&here).send().await.unwrap();
    let ids: Vec<_> = shown.iter().map(|connector| connector.connector_id.clone().unwrap()).collect();
    assert_eq!(got.connector_ids, Some(ids));

    // A contact changes what it says and nothing else.
    let key = first["connectorKey"].as_str().unwrap();
    let body = json!({ "connectorKey": key, "softwareVersion": "1.2.4" });
    let (status, answer) = say(&server, "/connectors/contact", body).await;
    assert_eq!((status, &answer["connectorId"]), (200, &first["connectorId"]));
    let after = connectors(&client).await.remove(0);
    assert_eq!(after.software_version.as_deref(), Some("1.2.4"));
    assert_eq!(after.cluster_side_ip, shown[0].cluster_side_ip);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connectors_are_found_renamed_and_deleted() {
    let server = TestServer::start().await;
    let client = server.client();
    let (here, token) = connection(&client, "here").await;
    let (there, other) = connection(&client, "there").await;
    let mut made = Vec::new();
    for (token, name) in [(&token, "a"), (&token, "b"), (&other, "a")] {
        let (status, answer) =
            say(&server, "/connectors/register", json!({ "token": token, "name": name })).await;
        assert_eq!(status, 201, "{answer}");
        made.push(answer);
    }
    let ids: Vec<_> = made.iter().map(|answer| answer["connectorId"].as_str().unwrap()).collect();
    let found = |list: types::DataSourceConnectorList| {
        list.connectors.unwrap().into_iter().map(|it| it.connector_id.unwrap()).collect::<Vec<_>>()
    };
    let call = client.get_data_source_connectors().connector_ids([ids[1], "99"]);
    assert_eq!(found(call.send().await.unwrap().into_inner()), [ids[1]]);
    let call = client.get_data_source_connectors().connector_names(["a"]);
    assert_eq!(found(call.send().await.unwrap().into_inner()), [ids[0], ids[2]]);
    let call = client.get_data_source_connectors().connector_names(["a"]).connection_id(&there);
    assert_eq!(found(call.send().await.unwrap().into_inner()), [ids[2]]);

    let body = types::PatchConnectorRequest::new().with_connector_name("c");
    let call = client.patch_data_source_connector().connector_id(ids[0]).body(body);
    assert_eq!(call.send().await.unwrap().connector_name.as_deref(), Some("c"));
    let body = types::PatchConnectorRequest::new();
    let call = client.patch_data_source_connector().connector_id(ids[0]).body(body.clone());
    assert_eq!(call.send().await.unwrap().connector_name.as_deref(), Some("c"), "nothing changes");
    let call = client.patch_data_source_connector().connector_id(ids[0]);
    let taken = call.body(body.with_connector_name("b")).send().await.unwrap_err();
    assert_eq!(taken.status().unwrap().as_u16(), 409);

    // A connection stays while it has connectors, and says which.
    let call = client.delete_data_source_connection().connection_id(&here);
    let refused = call.send().await.unwrap_err();
    assert_eq!(refused.status().unwrap().as_u16(), 409);
    let message = refused.message().unwrap();
    assert!(message.contains("\"b\"") && message.contains("\"c\""), "{message}");
    for id in &ids[..2] {
        client.delete_data_source_connector().connector_id(*id).send().await.unwrap();
    }
    let again = client.delete_data_source_connector().connector_id(ids[0]).send().await.unwrap_err();
    assert!(again.is_not_found());
    client.delete_data_source_connection().connection_id(&here).send().await.unwrap();
    assert_eq!(connectors(&client).await.len(), 1);
    let body = json!({ "connectorKey": made[0]["connectorKey"] });
    let (status, error) = say(&server, "/connectors/contact", body).await;
    assert_eq!((status, &error["error"]["code"]), (401, &json!("Unauthorized")), "its key went with it");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_reports_are_refused_in_the_error_body_of_these_paths() {
    let server = TestServer::start().await;
    let (_, token) = connection(&server.client(), "here").await;
    say(&server, "/connectors/register", json!({ "token": token, "name": "taken" })).await;
    let cases = [
        ("/connectors/register", json!({ "token": "guess", "name": "x" }), 401, "token"),
        // Nothing but a registration token registers.
        ("/connectors/register", json!({ "token": server.api_key, "name": "x" }), 401, "token"),
        ("/connectors/register", json!({ "token": token, "name": " " }), 400, "name"),
        ("/connectors/register", json!({ "token": token }), 400, "name"),
        ("/connectors/register", json!({ "token": token, "name": "taken" }), 409, "taken"),
        (
            "/connectors/register",
            json!({ "token": token, "name": "x", "tenantSideIp": "next door" }),
            400,
            "IP address",
        ),
        (
            "/connectors/register",
            json!({ "token": token, "name": "x".repeat(100_000) }),
            413,
            "cannot be read",
        ),
        ("/connectors/contact", json!({ "connectorKey": token }), 401, "key"),
        ("/agents/contact", json!({ "endpoint": "localhost", "version": "1" }), 401, "Authorization"),
    ];
    for (path, body, status, named) in cases {
        let (answered, error) = say(&server, path, body.clone()).await;
        assert_eq!(answered, status, "{path} {body}: {error}");
        assert!(error["error"]["message"].as_str().unwrap().contains(named), "{path} {body}: {error}");
    }
    let got = http().get(format!("{}/connectors/register", server.url)).send().await.unwrap();
    assert_eq!(got.status().as_u16(), 405);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_no_images_to_offer() {
    let server = TestServer::start().await;
    let told = server.client().get_connector_metadata().send().await.unwrap().into_inner();
    assert_eq!(told.connector_image_metadata.unwrap().connector_image_file_list, []);
    assert_eq!(told.k8s_connector_info_list, Some(vec![]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_do_not_see_each_others_connections() {
    let (server, theirs) = TestServer::start_with_stranger().await;
    let mine = server.client();
    let (id, token) = connection(&mine, "here").await;
    let (_, made) = say(&server, "/connectors/register", json!({ "token": token, "name": "a" })).await;
    let connector = made["connectorId"].as_str().unwrap();

    assert_eq!(theirs.get_data_source_connections().send().await.unwrap().connections, Some(vec![]));
    assert_eq!(connectors(&theirs).await, []);
    let rename = types::PatchConnectionRequest::new("stolen");
    let none = |err: Option<ibm_backup_recovery::Error>| err.is_some_and(|err| err.is_not_found());
    let c = &theirs;
    let missing = [
        none(c.get_data_source_connection().connection_id(&id).send().await.err()),
        none(c.patch_data_source_connection().connection_id(&id).body(rename).send().await.err()),
        none(c.delete_data_source_connection().connection_id(&id).send().await.err()),
        none(c.generate_data_source_connection_registration_token().connection_id(&id).send().await.err()),
        none(c.delete_data_source_connector().connector_id(connector).send().await.err()),
    ];
    assert_eq!(missing, [true; 5]);
    // The name is taken for the one tenant only.
    connection(&theirs, "here").await;
    assert_eq!(connectors(&mine).await.len(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_device_says_is_bounded() {
    let server = TestServer::start().await;
    let (_, token) = connection(&server.client(), "here").await;
    let long = "x".repeat(256);
    for said in [
        json!({ "token": token, "name": long }),
        json!({ "token": token, "name": "a", "softwareVersion": long }),
        json!({ "token": token, "name": "a", "patchVersion": long }),
    ] {
        let (status, refused) = say(&server, "/connectors/register", said).await;
        assert_eq!(status, 400, "{refused}");
        assert!(refused["error"]["message"].as_str().unwrap().contains("255"), "{refused}");
    }
    let (status, _) = say(&server, "/connectors/register", json!({ "token": token, "name": "a" })).await;
    assert_eq!(status, 201);
    server.stop().await;
}
