//! Backups as the Storware API has them: lists and filters, what is said about them, numbers.

use std::fs::{self, File};
use std::path::Path;

use ibm_backup_recovery::types as ibm;
use serde_json::{Value, json};
use storware_backup_recovery::types::{self, BackupLocationStatusName, BackupStatusName, BackupTypeName};
use storware_backup_recovery::{Client, Error, ListResponse as _};
use tempfile::TempDir;

use crate::support::{Fixture, TestServer, adopt};

/// Two entities: `documents` with a full backup and an incremental one, then `pictures` with a full one.
struct World {
    server: TestServer,
    client: Client,
    documents: String,
    pictures: String,
    _dirs: [TempDir; 2],
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        fs::write(dirs[0].path().join("letter"), vec![b'x'; 1000]).unwrap();
        fs::write(dirs[1].path().join("picture"), vec![b'y'; 5000]).unwrap();
        let documents = server.protect("documents", dirs[0].path(), &["red"]).await;
        let fixture = adopt(&server, "documents").await;
        back_up(&fixture, ibm::BackupRunType::Full).await;
        fs::write(dirs[0].path().join("second letter"), vec![b'z'; 500]).unwrap();
        back_up(&fixture, ibm::BackupRunType::Regular).await;
        let pictures = server.protect("pictures", dirs[1].path(), &[]).await;
        back_up(&adopt(&server, "pictures").await, ibm::BackupRunType::Regular).await;
        Self { client: server.storware(), server, documents, pictures, _dirs: dirs }
    }

    async fn rows(&self) -> Vec<types::BackupListRecord> {
        self.client.list_backups().send().await.unwrap().into_inner()
    }

    /// The guids of the backups that a query string asks for.
    async fn ask(&self, query: &str) -> Vec<String> {
        let (status, rows) = self.server.raw_storware("GET", &format!("/backups?{query}"), None).await;
        assert_eq!(status, 200, "{query}: {rows}");
        let guid = |row: &Value| row["guid"].as_str().unwrap().to_owned();
        rows.as_array().unwrap().iter().map(guid).collect()
    }
}

async fn back_up(fixture: &Fixture, kind: ibm::BackupRunType) {
    fixture.start_run(kind).await;
    let run = fixture.wait_until_ended().await;
    assert_eq!(run.local_backup_info.unwrap().status, Some(ibm::RunStatus::Succeeded));
}

fn status<T: std::fmt::Debug>(result: Result<T, Error>) -> u16 {
    result.unwrap_err().status().unwrap().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_tells_what_is_known() {
    let world = World::new().await;
    let rows = world.rows().await;
    let [picture, second, first] = rows.as_slice() else { panic!("{rows:#?}") };
    assert_eq!([first.size, second.size, picture.size], [1000, 1500, 5000]);
    assert_eq!(
        [first, second, picture].map(|row| row.type_.name.clone()),
        [BackupTypeName::Full, BackupTypeName::Incremental, BackupTypeName::Full],
        "the first of an entity builds on nothing"
    );
    assert_eq!(second.parent_backup.as_ref().unwrap().guid, first.guid);
    assert_eq!((&first.parent_backup, &picture.parent_backup), (&None, &None));
    assert!(second.effective_backup_size.unwrap() > 0);
    assert_eq!(second.effective_backup_objects_count, Some(2));
    assert_eq!(second.status.name, BackupStatusName::Success);
    assert_eq!((second.warnings_present, second.hidden, second.warnings.len()), (false, false, 0));
    assert_eq!(second.source_project.as_ref().unwrap().guid, "red");
    let name = second.protected_entity.as_ref().unwrap().name.as_deref();
    assert_eq!(name, Some("documents"));
    assert!(second.backup_time.unwrap() >= second.snapshot_time.unwrap());
    let times = second.task_time_stats.as_ref().unwrap();
    assert_eq!(times.export_time, second.task_duration_time);
    assert!(times.queued_export_time.unwrap() >= 0);

    let [location] = second.backup_locations.as_slice() else { panic!("{second:#?}") };
    assert_eq!(location.status.name, BackupLocationStatusName::Present);
    assert_eq!(location.retention_hint.name, types::RetentionHintName::StandardRetention);
    assert_eq!(location.role_type.as_ref().unwrap().name, types::BackupDestinationRoleName::Primary);
    let kind = &location.backup_destination_type.as_ref().unwrap().name;
    assert_eq!(*kind, types::BackupDestinationTypeName::Filesystem);
    assert_eq!(location.backup_destination.guid, first.backup_locations[0].backup_destination.guid);
    assert_ne!(location.guid, second.guid);

    let one = world.client.get_backup().guid(&second.guid).send().await.unwrap().into_inner();
    assert_eq!((one.size, one.snapshot_time), (Some(1500.into()), second.snapshot_time));
    assert_eq!(one.iscsi_mountable, Some(false));
    let detailed = world.client.list_backups_detailed().type_(BackupTypeName::Incremental).send().await;
    let detailed = detailed.unwrap().into_inner();
    assert_eq!(detailed.iter().map(|backup| &backup.guid).collect::<Vec<_>>(), [&second.guid]);
    let grouped = world.client.list_backups_grouped().send().await.unwrap().into_inner();
    assert_eq!(grouped.iter().map(|row| &row.guid).collect::<Vec<_>>(), [&picture.guid, &second.guid]);
    for guid in ["x", &world.documents, "00000000-0000-8000-8000-000000000000"] {
        assert_eq!(status(world.client.get_backup().guid(guid).send().await), 404, "{guid}");
    }
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_filters() {
    let world = World::new().await;
    let rows = world.rows().await;
    let [picture, second, first] = rows.as_slice() else { panic!("{rows:#?}") };
    let documents: &[_] = &[&second.guid, &first.guid];
    let all: &[_] = &[&picture.guid, &second.guid, &first.guid];
    let none: &[&types::BackupId] = &[];
    let vault = &first.backup_locations[0].backup_destination.guid;
    let rule = &first.backup_rule.as_ref().unwrap().guid;
    let source = first.source_name_and_guid.as_ref().unwrap()["guid"].as_str().unwrap();
    let (entity, nothing) = (&world.documents, "00000000-0000-8000-8000-000000000000");
    let (early, late) = (first.snapshot_time.unwrap(), second.snapshot_time.unwrap());
    let can_mount = File::options().read(true).write(true).open("/dev/fuse").is_ok();
    let cases = [
        (String::new(), all),
        (format!("protected-entity={entity}"), documents),
        (format!("protected-entity={nothing}"), none),
        (format!("protected-entity={vault}"), none),
        ("protected-entity=".to_owned(), all),
        ("protected-entity-type=OS_AGENT".to_owned(), all),
        ("protected-entity-type=VM".to_owned(), none),
        (format!("hypervisor-manager={source}"), all),
        (format!("hypervisor={source}"), all),
        (format!("hypervisor={entity}"), none),
        (format!("node={nothing}"), none),
        (format!("backup-destination={vault}"), all),
        (format!("backup-destination={nothing}"), none),
        (format!("backup-rule={rule}"), all),
        (format!("backup-policy={nothing}&backup-policy={rule}"), all),
        (format!("backup-policy={nothing}"), none),
        (format!("cloud-service-provider={nothing}"), none),
        (format!("storage-provider={nothing}"), none),
        (format!("parent-backup={}", first.guid), &[&second.guid]),
        (format!("parent-backup={nothing}"), none),
        (format!("root-backup={}", first.guid), documents),
        (format!("root-backup={}", second.guid), none),
        ("status=SUCCESS".to_owned(), all),
        ("status=FAILED&status=SUCCESS_REMOVED".to_owned(), none),
        ("status=FAILED&status=SUCCESS".to_owned(), all),
        ("type=INCREMENTAL".to_owned(), &[&second.guid]),
        (format!("to={early}"), &[&first.guid]),
        (format!("from={late}&to={late}"), &[&second.guid]),
        ("min-size=1500".to_owned(), &[&picture.guid, &second.guid]),
        ("nameLike=DOCU".to_owned(), documents),
        ("filter=picture".to_owned(), &[&picture.guid]),
        ("project-uuid=red".to_owned(), documents),
        ("without-hidden=true".to_owned(), all),
        ("only-mountable=true".to_owned(), if can_mount { all } else { none }),
        ("fail-on-non-successful=true".to_owned(), all),
        ("orderBy=size&direction=asc".to_owned(), &[&first.guid, &second.guid, &picture.guid]),
        ("orderBy=size&direction=desc&page=1&size=2".to_owned(), &[&first.guid]),
        (format!("protected-entity={entity}&type=FULL&nobody-knows=this"), &[&first.guid]),
    ];
    for (query, expected) in cases {
        let found = world.ask(&query).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let page = world.client.list_backups().page(1).size(2).send().await.unwrap();
    assert_eq!((page.len(), page.total_count()), (1, Some(3)));
    for (query, member) in [("status=DONE", "status"), ("type=HALF", "type"), ("size=0", "size")] {
        let (status, error) = world.server.raw_storware("GET", &format!("/backups?{query}"), None).await;
        assert_eq!(status, 400);
        assert!(error["message"].as_str().unwrap().contains(member), "{error}");
    }
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_that_go_on_and_fail_say_so() {
    let server = TestServer::start().await;
    let client = server.storware();
    let dir = tempfile::tempdir().unwrap();
    // Takes long to read and no space: zeros that were never written.
    File::create(dir.path().join("endless")).unwrap().set_len(1 << 40).unwrap();
    server.protect("endless", dir.path(), &[]).await;
    let fixture = adopt(&server, "endless").await;
    fixture.start_run(ibm::BackupRunType::Regular).await;
    fixture.wait_for_run(&[ibm::RunStatus::Running]).await;
    let row = client.list_backups().send().await.unwrap().into_inner().remove(0);
    assert_eq!(row.status.name, BackupStatusName::Inprogress);
    assert_eq!(row.backup_locations[0].status.name, BackupLocationStatusName::InProgress);
    assert_eq!((row.backup_time, row.task_duration_time), (None, None));
    let note = types::UpdateBackupDescriptionRequest::new("too early");
    assert_eq!(status(client.update_backup_description().guid(&row.guid).body(note).send().await), 409);
    let named =
        types::WarningAcknowledgementRequest::new().with_backups([types::NameAndGuid::new(&row.guid)]);
    let busy = client.update_backups_warnings_acknowledged().body(named).send().await;
    assert_eq!(status(busy), 409);

    let run = fixture.latest_run().await.id.unwrap();
    let body = ibm::RunActionRequest::new(ibm::RunAction::Cancel)
        .with_cancel_params([ibm::CancelRunTarget::new(run)]);
    fixture
        .client
        .perform_action_on_protection_group_run()
        .id(&fixture.group)
        .body(body)
        .send()
        .await
        .unwrap();
    fixture.wait_until_ended().await;
    let row = client.list_backups().send().await.unwrap().into_inner().remove(0);
    assert_eq!((row.status.name, row.size), (BackupStatusName::Failed, 0.into()));
    assert_eq!(row.backup_locations[0].status.name, BackupLocationStatusName::Failed);
    assert!(row.status_info.unwrap().contains("cancel"));
    let failing = client.list_backups().fail_on_non_successful(true).send().await.unwrap_err();
    assert_eq!(failing.status().unwrap().as_u16(), 409);
    assert!(failing.message().unwrap().contains(row.guid.as_str()), "{failing}");
    let mountable = client.list_backups().only_mountable(true).send().await.unwrap();
    assert_eq!(mountable.len(), 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_and_warnings_are_kept() {
    let world = World::new().await;
    let guid = world.rows().await[1].guid.clone();
    let client = &world.client;
    let describe = async |text: &str| {
        let body = types::UpdateBackupDescriptionRequest::new(text);
        client.update_backup_description().guid(&guid).body(body).send().await.unwrap().into_inner()
    };
    assert_eq!(describe("before the move").await.description.as_deref(), Some("before the move"));
    assert_eq!(world.rows().await[1].description.as_deref(), Some("before the move"));
    assert_eq!(describe("").await.description, None);

    let warn = async |text: &str| {
        let body = vec![types::StringDto::new(text)];
        client.update_backup_warnings().guid(&guid).body(body).send().await.unwrap().into_inner()
    };
    assert_eq!(warn("one file was busy").await.warnings.unwrap(), ["one file was busy"]);
    let row = &world.rows().await[1];
    assert_eq!((row.warnings_present, row.warnings_acknowledged), (true, Some(false)));
    let seen = async |value| {
        let body = types::BooleanDto::new(value);
        client.update_backup_warnings_acknowledged().guid(&guid).body(body).send().await.unwrap().into_inner()
    };
    assert_eq!(seen(true).await.warnings_acknowledged, Some(true));
    assert_eq!(seen(false).await.warnings_acknowledged, Some(false));
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn warnings_are_acknowledged_together() {
    let world = World::new().await;
    let client = &world.client;
    let rows = world.rows().await;
    let vault = rows[0].backup_locations[0].backup_destination.guid.clone();
    let warn = async |guid: &str, text: &str| {
        let body = vec![types::StringDto::new(text)];
        client.update_backup_warnings().guid(guid).body(body).send().await.unwrap();
    };
    for (text, body, expected) in [
        // One client sends bare guids.
        ("a", json!({"backups": [rows[1].guid]}), vec![&rows[1].guid]),
        ("b", json!({"backups": [{"guid": rows[1].guid}]}), vec![&rows[1].guid]),
        ("c", json!({"protectedEntities": [{"guid": world.documents}]}), vec![&rows[1].guid]),
        ("d", json!({"backupDestinations": [{"guid": vault}]}), vec![&rows[1].guid]),
        ("e", json!({"protectedEntities": [{"guid": world.pictures}]}), vec![]),
        ("f", json!({"snapshots": []}), vec![]),
    ] {
        warn(&rows[1].guid, text).await;
        let (status, changed) =
            world.server.raw_storware("PUT", "/backups/warnings-acknowledged", Some(body.clone())).await;
        assert_eq!(status, 200, "{changed}");
        let changed = changed.as_array().unwrap();
        let guids: Vec<_> = changed.iter().map(|backup| backup["guid"].as_str().unwrap()).collect();
        assert_eq!(guids, expected, "{body}");
        assert!(changed.iter().all(|backup| backup["warningsAcknowledged"] == true));
        assert_eq!(world.rows().await[1].warnings_acknowledged, Some(!expected.is_empty()));
    }
    let nothing = "00000000-0000-8000-8000-000000000000";
    for (status, body) in [
        (404, json!({"backups": [nothing]})),
        (404, json!({"protectedEntities": [{"guid": nothing}]})),
        (404, json!({"backupDestinations": [{"guid": rows[0].guid}]})),
        (422, json!({"restoreJobs": [{"guid": nothing}]})),
        (400, json!({"backups": 5})),
    ] {
        let (got, error) =
            world.server.raw_storware("PUT", "/backups/warnings-acknowledged", Some(body.clone())).await;
        assert_eq!(got, status, "{body}: {error}");
    }
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_summed_up_by_entity() {
    let world = World::new().await;
    let client = &world.client;
    let rows = world.rows().await;
    let sums = client.get_backups_aggregated_statistics().send().await.unwrap();
    assert_eq!(sums.total_count(), Some(2));
    let [pictures, documents] = sums.as_slice() else { panic!("{sums:?}") };
    assert_eq!(documents["protectedEntity"]["guid"], world.documents.as_str());
    assert_eq!(pictures["protectedEntity"]["guid"], world.pictures.as_str());
    assert_eq!((&documents["backupsCount"], &documents["successCount"]), (&json!(2), &json!(2)));
    assert_eq!((&documents["failedCount"], &documents["size"]), (&json!(0), &json!(2500)));
    assert_eq!(documents["firstBackupTime"], json!(rows[2].snapshot_time));
    let (status, alias) =
        world.server.raw_storware("GET", "/backups/grouped/aggregated-statistics", None).await;
    assert_eq!((status, alias), (200, json!(*sums)));

    let sizes = client.get_backups_size_statistics().name_like("docu").send().await.unwrap().into_inner();
    let numbers = ["minSize", "maxSize", "averageSize", "totalSize", "fullBackupsCount"];
    assert_eq!(numbers.map(|name| sizes[0][name].clone()), [1000, 1500, 1250, 2500, 1].map(Value::from));
    let times = client.get_backups_time_statistics().send().await.unwrap().into_inner();
    let total = rows[1].task_duration_time.unwrap().get() + rows[2].task_duration_time.unwrap().get();
    assert_eq!(times[1]["totalExportTime"], total);
    assert_eq!(
        times[1]["maxExportTime"],
        rows[1].task_duration_time.max(rows[2].task_duration_time).unwrap().get()
    );
    let none = client.get_backups_time_statistics().status([BackupStatusName::Failed]).send().await.unwrap();
    assert_eq!(none.len(), 0);
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn timelines_tell_what_was_when() {
    let world = World::new().await;
    let client = &world.client;
    let rows = world.rows().await;
    let line =
        client.get_backup_size_timeline().type_("OS_AGENT").guid(&world.documents).send().await.unwrap();
    let sizes: Vec<_> = line["points"].as_array().unwrap().iter().map(|point| &point["size"]).collect();
    assert_eq!(sizes, [1000, 1500]);
    assert_eq!(line["points"][1]["backup"]["guid"], rows[1].guid.as_str());
    assert_eq!(line["points"][1]["snapshotTime"], json!(rows[1].snapshot_time));
    let late = rows[1].snapshot_time.unwrap();
    let times = client.get_backup_time_timeline().type_("OS_AGENT").guid(&world.documents).from(late);
    let times = times.send().await.unwrap();
    assert_eq!(times["points"].as_array().unwrap().len(), 1);
    assert_eq!(times["points"][0]["exportTime"], json!(rows[1].task_duration_time));
    let source = rows[0].source_name_and_guid.as_ref().unwrap()["guid"].as_str().unwrap();
    for guid in [source, &rows[0].backup_rule.as_ref().unwrap().guid] {
        let line =
            client.get_backup_size_timeline().type_("SOURCE").guid(guid).to(late).send().await.unwrap();
        assert_eq!(line["points"].as_array().unwrap().len(), 2, "{guid}");
    }
    let nothing = client.get_backup_size_timeline().type_("OS_AGENT").guid("nothing").send().await;
    assert_eq!(status(nothing), 404);

    // An entity without backups has an empty timeline.
    let dir = tempfile::tempdir().unwrap();
    let entity = world.server.protect("empty", dir.path() as &Path, &[]).await;
    let line = client.get_backup_size_timeline().type_("OS_AGENT").guid(&entity).send().await.unwrap();
    assert_eq!(line["points"], json!([]));
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transfer_rates_follow_from_what_was_read() {
    let world = World::new().await;
    let ask = async |kind: types::TaskTypeName, query: types::TransferRateQueryParameters| {
        let call = world.client.query_backup_transfer_rates().task_type(kind).body(query);
        call.send().await.unwrap().into_inner()
    };
    let query = types::TransferRateQueryParameters::new;
    let rates = ask(types::TaskTypeName::Export, query()).await;
    assert_eq!(rates.len(), 3);
    let (size, took) = (rates[0]["size"].as_f64().unwrap(), rates[0]["duration"].as_f64().unwrap());
    assert_eq!((size, &rates[0]["protectedEntity"]["name"]), (5000.0, &json!("pictures")));
    let rate = rates[0]["transferRate"].as_f64().unwrap();
    assert!((rate - size * 1000.0 / took.max(1.0)).abs() < 0.001, "{rate}");
    assert_eq!(rates[1]["size"], 500, "only what is new was read");
    let of = types::NameAndGuid::new(&world.documents);
    let documents = query().with_protected_entity(of);
    assert_eq!(ask(types::TaskTypeName::Export, documents.clone()).await.len(), 2);
    let until = rates[1]["startTime"].as_i64().unwrap();
    assert_eq!(ask(types::TaskTypeName::Export, documents.with_to(until - 1)).await.len(), 1);
    assert_eq!(ask(types::TaskTypeName::Restore, query()).await.len(), 0);
    assert_eq!(ask(types::TaskTypeName::InventorySync, query()).await.len(), 0);
    world.server.stop().await;
}
