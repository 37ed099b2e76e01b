//! Tells both stories through the crates that openapi-generator has made.

mod ibm_story;
mod scene;
mod storware_story;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let scene = scene::Scene::from_environment();
    let operations = ibm_story::tell(&scene).await + storware_story::tell(&scene).await;
    println!("both stories told, {operations} operations called");
}
