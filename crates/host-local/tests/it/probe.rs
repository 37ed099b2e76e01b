//! What the machine is, and which endpoints are it.

use engine::{Hosts, Kind, OsFamily};
use host_local::LocalHost;

#[tokio::test]
async fn the_facts_are_those_of_this_machine() {
    let facts = LocalHost::new().probe("localhost").await.unwrap();
    let kernel =
        |name: &str| std::fs::read_to_string(format!("/proc/sys/kernel/{name}")).unwrap().trim().to_owned();
    assert_eq!(facts.hostname, kernel("hostname"));
    assert_eq!(facts.kernel, kernel("osrelease"));
    assert_eq!(facts.os, OsFamily::Linux);
    assert!(!facts.os_name.is_empty());

    let root = facts.volumes.iter().find(|volume| volume.mount_point == "/").unwrap();
    assert!(root.total_bytes > 0 && root.used_bytes <= root.total_bytes, "{root:?}");
    assert!(!root.file_system.is_empty());
    let mut points: Vec<_> = facts.volumes.iter().map(|volume| &volume.mount_point).collect();
    points.dedup();
    assert_eq!(points.len(), facts.volumes.len());
    assert!(
        !points.iter().any(|point| point.starts_with("/proc") || point.starts_with("/sys")),
        "{points:?}"
    );
}

#[tokio::test]
async fn this_machine_answers_to_its_own_name_and_addresses() {
    let host = LocalHost::new();
    let own_name = host.probe("127.0.0.1").await.unwrap().hostname;
    for endpoint in
        [own_name.as_str(), &own_name.to_uppercase(), "LocalHost", "127.0.0.1", " 127.1.2.3 ", "::1"]
    {
        assert!(host.probe(endpoint).await.is_ok(), "{endpoint:?}");
    }
}

#[tokio::test]
async fn other_machines_are_refused_with_what_would_do() {
    let host = LocalHost::new();
    let own_name = host.probe("localhost").await.unwrap().hostname;
    for endpoint in ["db.invalid", "192.0.2.7", "2001:db8::7", "", "localhost:22", "localhost/.."] {
        let error = host.probe(endpoint).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Unsupported, "{endpoint:?}");
        assert!(error.message().contains(&format!("{endpoint:?}")), "{error}");
        assert!(error.message().contains("localhost") && error.message().contains(&own_name), "{error}");
    }
}
