//! Tenants share nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use engine::{Kind, TenantId, Vault};

use crate::fixture::{Fixture, noise, packs};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn each_tenant_has_its_own_repository_and_password() {
    let mut fixture = Fixture::new();
    fixture.write("file", noise(1, 1_000_000));
    let first = fixture.back_up(fixture.job("t")).await.unwrap();
    let (folder, password) = fixture.vault.repository_hint(&fixture.tenant).unwrap();

    fixture.tenant = TenantId("../Acme".to_owned());
    let (other_folder, other_password) = fixture.vault.repository_hint(&fixture.tenant).unwrap();
    assert_eq!(other_folder.parent(), folder.parent());
    assert_eq!(fixture.vault.find(&fixture.tenant, "t").await.unwrap(), None);
    let second = fixture.back_up(fixture.job("u")).await.unwrap();
    assert!(second.stats.bytes_stored > 1_000_000, "blocks were shared: {:?}", second.stats);
    assert_ne!(fs::read(&password).unwrap(), fs::read(&other_password).unwrap());

    // The names of one mean nothing to the other.
    assert_eq!(fixture.vault.find(&fixture.tenant, "t").await.unwrap(), None);
    let error = fixture.read(&first.vault_snapshot, &fixture.file("file"), 0, 1).await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);

    for path in [&folder, &other_folder, folder.parent().unwrap(), password.parent().unwrap()] {
        assert_eq!(mode(path), 0o700, "{}", path.display());
    }
    for path in packs(&folder).iter().chain([&password]) {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn a_tenant_without_backups_has_nothing_and_no_repository() {
    let fixture = Fixture::new();
    assert_eq!(fixture.vault.find(&fixture.tenant, "t").await.unwrap(), None);
    fixture.vault.recover(&fixture.tenant).await.unwrap();
    let error = fixture.list(&"0".repeat(64)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
    assert!(!fixture.repository().exists());
}

#[tokio::test]
async fn a_lost_password_is_named_and_not_replaced() {
    let mut fixture = Fixture::new();
    fixture.write("file", "content");
    fixture.back_up(fixture.job("t")).await.unwrap();
    let (_, password) = fixture.vault.repository_hint(&fixture.tenant).unwrap();
    let kept = fs::read(&password).unwrap();
    fs::remove_file(&password).unwrap();
    fixture.reopen();
    let error = fixture.back_up(fixture.job("u")).await.unwrap_err();
    assert!(error.message().contains(&password.display().to_string()), "{error}");
    assert!(!password.exists());
    fs::write(&password, kept).unwrap();
    fixture.back_up(fixture.job("u")).await.unwrap();
}

#[tokio::test]
async fn forgetting_removes_snapshots_and_minds_no_strangers() {
    let fixture = Fixture::new();
    let path = fixture.write("file", "content");
    let first = fixture.back_up(fixture.job("1")).await.unwrap().vault_snapshot;
    let second = fixture.back_up(fixture.job("2")).await.unwrap().vault_snapshot;
    let names = vec![first.clone(), "0".repeat(64), "../config".to_owned(), first.clone()];
    fixture.vault.forget(&fixture.tenant, names).await.unwrap();
    assert_eq!(fixture.vault.find(&fixture.tenant, "1").await.unwrap(), None);
    assert_eq!(fixture.read(&first, &path, 0, 9).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(fixture.read(&second, &path, 0, 9).await.unwrap(), b"content");
}
