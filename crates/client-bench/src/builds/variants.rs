//! The programs that are built.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::hello::{Hello, Parts};
use crate::Context;

const CLIENT: &str = "ibm-backup-recovery";

/// The same call in each.
const OURS: &str = r#"#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let builder = ibm_backup_recovery::Client::builder("http://127.0.0.1:8440");
    let client = builder.tenant("hello/").api_key("key").build()?;
    let list = client.get_protection_policies().send().await?;
    println!("{} policies", list.policies.iter().flatten().count());
    Ok(())
}
"#;

const OPENAPI_GENERATOR: &str = r#"#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let configuration = ibm::apis::configuration::Configuration::default();
    let list = ibm::apis::policies_api::get_protection_policies(
        &configuration, "hello/", None, None, None, None, None, None, None, None,
    );
    println!("{} policies", list.await?.policies.iter().flatten().count());
    Ok(())
}
"#;

/// All of them; where one cannot be made, why.
pub(super) struct Variants {
    pub(super) all: Hello,
    pub(super) policies: Hello,
    pub(super) openapi_generator: Result<Hello, String>,
    /// Ours from the source of this workspace, where the generator is part of the build.
    pub(super) generator: Result<Hello, String>,
    pub(super) note: Option<String>,
}

pub(super) fn find(context: &Context) -> io::Result<Variants> {
    let folder = context.folder.join("builds");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let lock = workspace.join("Cargo.lock");
    let source = workspace.join("crates").join(CLIENT);
    let packed = match &context.packages {
        Some(packages) => unpack(packages, &folder.join("packed"))?,
        None => Vec::new(),
    };
    let client = packed.iter().find(|(name, _)| name == CLIENT).map(|(_, path)| path);
    let patches: String =
        packed.iter().map(|(name, path)| format!("{name} = {{ path = {path:?} }}\n")).collect();
    let sections = if packed.is_empty() { String::new() } else { format!("[patch.crates-io]\n{patches}") };
    let ours = |name: &str, path: &Path, sections: &str, features: &str| {
        let dependency = format!("{{ path = {path:?}{features} }}");
        let parts = Parts { client: CLIENT, dependency: &dependency, sections, source: OURS, lock: &lock };
        Hello::write(&folder.join(name), &parts)
    };
    // With the same TLS as all areas have by default.
    let one = r#", default-features = false, features = ["client", "policies", "rustls"]"#;
    let path = client.unwrap_or(&source);
    Ok(Variants {
        all: ours("all-areas", path, &sections, "")?,
        policies: ours("policies", path, &sections, one)?,
        openapi_generator: openapi_generator(context, &workspace, &folder),
        generator: match client {
            Some(_) => ours("generated-at-build", &source, "", "").map_err(|error| error.to_string()),
            None => Err("the same as ours".to_owned()),
        },
        note: client.is_none().then(|| {
            "Builds: `cargo xtask package` has made nothing, so that ours is built with its generator, which those \
             who depend on it do not have."
                .to_owned()
        }),
    })
}

/// Unpacks every crate of a folder. Gives their names and where they lie.
fn unpack(packages: &Path, folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    fs::create_dir_all(folder)?;
    let mut unpacked = Vec::new();
    for entry in fs::read_dir(packages)? {
        let file = entry?.path();
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let Some((name, _)) =
            stem.rsplit_once('-').filter(|_| file.extension().is_some_and(|end| end == "crate"))
        else {
            continue;
        };
        let status = Command::new("tar").arg("-xzf").arg(&file).arg("-C").arg(folder).status()?;
        if !status.success() {
            return Err(io::Error::other(format!("tar cannot unpack {}", file.display())));
        }
        unpacked.push((name.to_owned(), folder.join(&stem)));
    }
    unpacked.sort();
    Ok(unpacked)
}

/// Makes the client as `cargo xtask interop clients` does.
fn openapi_generator(context: &Context, workspace: &Path, folder: &Path) -> Result<Hello, String> {
    let spec = context.folder.join("spec");
    let scripts = workspace.join("tests/interop/clients/rust-openapi-generator");
    let out = folder.join("generator");
    let generated = fs::create_dir_all(&out).and_then(|()| {
        Command::new("bash")
            .arg("generate.sh")
            .current_dir(&scripts)
            .env("OUT", &out)
            .env("SPEC_IBM", spec.join("ibm.json"))
            .env("SPEC_STORWARE", spec.join("storware.json"))
            .output()
    });
    let output = generated.map_err(|error| format!("bash cannot be started: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("generate.sh fails: {}", said.trim().lines().last().unwrap_or_default()));
    }
    let dependency = format!("{{ path = {:?} }}", out.join("crate/ibm"));
    let lock = scripts.join("Cargo.lock");
    let parts = Parts {
        client: "ibm",
        dependency: &dependency,
        sections: "",
        source: OPENAPI_GENERATOR,
        lock: &lock,
    };
    Hello::write(&folder.join("openapi-generator"), &parts).map_err(|error| error.to_string())
}
