//! Registrations of sources.

use ibm_backup_recovery::types;
use serde_json::json;

use crate::support::{Fixture, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_lives_and_dies() {
    let server = TestServer::start().await;
    let client = server.client();
    let params = types::PhysicalSourceRegistrationParams::new("127.0.0.1");
    let body = types::RegisterSourceRequest::new(types::Environment::Physical)
        .with_name("this machine")
        .with_physical_params(params.clone());
    let made = client.register_protection_source().body(body.clone()).send().await.unwrap().into_inner();
    let id = made.id.unwrap().get();
    assert_eq!(made.name.as_deref(), Some("this machine"));
    assert_eq!(made.physical_params.as_ref().unwrap().endpoint, "127.0.0.1");
    assert_eq!(made.physical_params.as_ref().unwrap().host_type, Some(types::OsType::Linux));
    let twice = client.register_protection_source().body(body).send().await.unwrap_err();
    assert_eq!(twice.status().unwrap().as_u16(), 409);

    let got = client.get_protection_source_registration().id(id).send().await.unwrap().into_inner();
    assert_eq!(got, made);
    let body = types::UpdateSourceRegistrationRequest::new(types::Environment::Physical)
        .with_name("renamed")
        .with_physical_params(params);
    let changed = client.update_protection_source_registration().id(id).body(body).send().await.unwrap();
    assert_eq!(changed.name.as_deref(), Some("renamed"));
    let body = types::PatchSourceRegistrationRequest::new(types::Environment::Physical);
    client.patch_protection_source_registration().id(id).body(body).send().await.unwrap();
    client.refresh_protection_source_by_id().id(id).send().await.unwrap();
    let again = client.get_protection_source_registration().id(id).send().await.unwrap();
    assert!(again.last_refreshed_time_msecs >= made.last_refreshed_time_msecs);

    let ids = async |wanted: Vec<i64>| {
        let list = client.get_source_registrations().ids(wanted).send().await.unwrap().into_inner();
        list.registrations.unwrap().into_iter().map(|source| source.id.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(vec![id, 99]).await, [id]);
    assert_eq!(ids(vec![99]).await, [0; 0]);
    client.delete_protection_source_registration().id(id).send().await.unwrap();
    assert!(client.get_protection_source_registration().id(id).send().await.unwrap_err().is_not_found());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_reached_is_refused() {
    let server = TestServer::start().await;
    let body = |environment: &str, params: serde_json::Value| json!({ "environment": environment, "physicalParams": params });
    let cases = [
        (body("kPhysical", json!({ "endpoint": "another.example" })), 422, "another.example"),
        (body("kPhysical", json!({ "endpoint": "localhost", "hostType": "kWindows" })), 422, "hostType"),
        (
            body("kPhysical", json!({ "endpoint": "localhost", "applications": ["kSQL"] })),
            422,
            "applications",
        ),
        (body("kKubernetes", json!({ "endpoint": "localhost" })), 422, "environment"),
        (body("kToaster", json!({ "endpoint": "localhost" })), 400, "environment"),
        (body("kPhysical", json!({})), 400, "physicalParams.endpoint"),
        (json!({ "environment": "kPhysical" }), 400, "physicalParams"),
    ];
    for (body, status, named) in cases {
        let (answered, error) =
            server.raw("POST", "/data-protect/sources/registrations", Some(body.clone())).await;
        assert_eq!(answered, status, "{body}: {error}");
        assert!(error["message"].as_str().unwrap().contains(named), "{body}: {error}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_source_stays() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let call = fixture.client.delete_protection_source_registration().id(fixture.object);
    let refused = call.send().await.unwrap_err();
    assert_eq!(refused.status().unwrap().as_u16(), 409);
    assert!(refused.message().unwrap().contains("folder"), "the group is named: {refused:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_spelling_of_an_endpoint_is_enough() {
    let server = TestServer::start().await;
    Fixture::register(&server.client()).await;
    for endpoint in ["LOCALHOST", " localhost ", "localHost"] {
        let params = json!({ "environment": "kPhysical", "physicalParams": { "endpoint": endpoint } });
        let (status, error) = server.raw("POST", "/data-protect/sources/registrations", Some(params)).await;
        assert_eq!(status, 409, "{endpoint:?}: {error}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_undoes_no_change() {
    let server = TestServer::start().await;
    let client = server.client();
    let id = Fixture::register(&client).await;
    for round in 0..20 {
        let name = format!("name {round}");
        let body = types::UpdateSourceRegistrationRequest::new(types::Environment::Physical)
            .with_name(&name)
            .with_physical_params(types::PhysicalSourceRegistrationParams::new("localhost"));
        let refresh = || client.refresh_protection_source_by_id().id(id).send();
        let rename = client.update_protection_source_registration().id(id).body(body).send();
        let done = tokio::join!(refresh(), refresh(), rename, refresh(), refresh());
        done.2.unwrap();
        done.4.unwrap();
        let stored = client.get_protection_source_registration().id(id).send().await.unwrap();
        assert_eq!(stored.name.as_deref(), Some(name.as_str()));
    }
    server.stop().await;
}
