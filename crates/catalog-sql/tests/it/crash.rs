use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use catalog_sql::SqlCatalog;
use engine::{Catalog, Lane, RunFilter};
use tokio::sync::mpsc;

use crate::database::count;
use crate::world::{World, completed, file, ours, sent};

/// Names the catalog that the child writes to.
const CHILD_CATALOG: &str = "CATALOG_SQL_TEST_CHILD";
/// What the child says after each step.
const STEP: &str = "a step is done";
const BATCHES: usize = 6;

/// Not a test of its own: what `killed_at_any_step` runs in another process and kills.
#[tokio::test]
async fn child() {
    let Some(path) = std::env::var_os(CHILD_CATALOG) else {
        return;
    };
    let catalog = SqlCatalog::open(Path::new(&path)).await.unwrap();
    let run = catalog.runs(&ours(), &RunFilter::default()).await.unwrap().remove(0);
    let object = run.objects[0].object;
    let (sender, receiver) = mpsc::channel(1);
    let step = || {
        println!("{STEP}");
        std::io::stdout().flush().unwrap();
    };
    let lister = tokio::spawn(async move {
        for batch in 0..BATCHES {
            sender
                .send((0..2_000).map(|number| file(format!("/data/new-{batch}-{number}"), 1)).collect())
                .await
                .unwrap();
            step();
        }
    });
    catalog.complete_object(run, completed(object, "v"), receiver).await.unwrap();
    lister.await.unwrap();
    step();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn killed_at_any_step() {
    for kill_after in [1, 3, BATCHES, BATCHES + 1] {
        let mut world = World::new().await;
        let source = world.source("10.0.0.1").await;
        let group = world.group("group", &[source.id]).await;
        let old = world.back_up(&group, 1, vec![file("/data/old", 1)]).await;
        let run = world.run(&group, 2).await;
        let (now, until) = (crate::world::at(1), crate::world::at(2));
        world.catalog.claim_job(Lane::Runs, "old worker", now, until).await.unwrap();
        world.catalog.close().await;

        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["crash::child", "--exact", "--nocapture", "--test-threads=1"])
            .env(CHILD_CATALOG, &world.path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let steps = lines.map_while(Result::ok).filter(|line| line.contains(STEP)).take(kill_after).count();
        assert_eq!(steps, kill_after, "the child ended by itself");
        child.kill().unwrap();
        child.wait().unwrap();

        world.reopen().await;
        world.catalog.release_jobs().await.unwrap();
        let stored = world.catalog.run(&ours(), run.id).await.unwrap();
        match stored.objects[0].snapshot {
            // The kill came after the last step: everything is there.
            Some(_) => {
                assert!(kill_after >= BATCHES, "complete before its files were sent");
                assert_eq!(world.find("new-").await.total, 2_000 * BATCHES as u64);
            }
            None => {
                assert!(kill_after <= BATCHES, "what was answered with Ok is lost");
                assert_eq!(stored, run);
                assert_eq!(world.found("").await, [("/data/old".to_owned(), 1, old.id)]);
                // And the run can be done again.
                let files = vec![file("/data/old", 1), file("/data/new-0-0", 1)];
                let complete =
                    world.catalog.complete_object(run, completed(source.id, "v"), sent(vec![files]));
                let (run, _) = complete.await.unwrap();
                world.end(run).await;
                assert_eq!(world.find("").await.total, 2);
                assert_eq!((count(&world, "file").await, count(&world, "version").await), (2, 2));
            }
        }
    }
}
