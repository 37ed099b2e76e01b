//! `strongroom user`.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use comfy_table::{Table, presets};
use serde_json::{Value, json};
use server::{NewLogin, NewPassword, Role, User};

use crate::failure::Failure;
use crate::print::{Output, View};

/// Manage the users of a server that is not running.
///
/// Users log in with a password, where programs use API keys. A server's first start makes the user `admin`,
/// an administrator, for the tenant of the first API key. A user belongs to one tenant and sees nothing of any
/// other; its login is unique over all tenants.
#[derive(clap::Args)]
#[command(after_help = "\
Stop the server first; it keeps its data folder to itself.

Examples:
  strongroom user list --data-dir ./strongroom-data
  strongroom user add ada --role operator --data-dir ./strongroom-data
  strongroom user password admin --data-dir ./strongroom-data")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Add(Add),
    List(List),
    Password(Password),
    Remove(Remove),
}

/// Add a user.
///
/// Without --password-file a password is made up and printed once. Passwords are kept as argon2id hashes; a
/// lost one is replaced with `strongroom user password`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom user add ada --role operator --data-dir ./strongroom-data
  strongroom user add helpdesk --role restore-operator --project web --project mail --data-dir ./strongroom-data
  strongroom user add bob --role viewer --password-file ./bob.password --data-dir ./strongroom-data")]
struct Add {
    /// What the user logs in with: up to 100 characters, in upper or lower case as given here
    #[arg(value_name = "LOGIN")]
    login: String,
    /// What the user may do
    #[arg(long, value_enum)]
    role: RoleName,
    /// The server's data folder
    #[arg(long, value_name = "DIR", env = "STRONGROOM_DATA_DIR")]
    data_dir: PathBuf,
    /// Whose user it is; the tenant of the first API key when not given
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// Confine the user to a project; may be given several times. Without it the user sees all projects
    #[arg(long = "project", value_name = "NAME")]
    projects: Vec<String>,
    /// A file with the password, of at least 8 characters; written with a new one, for its owner only, when it
    /// is missing
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// List the users of all tenants, the oldest first.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom user list --data-dir ./strongroom-data
  strongroom user list --data-dir ./strongroom-data -o json --query \"[?role=='administrator'].login\"")]
struct List {
    /// The server's data folder
    #[arg(long, value_name = "DIR", env = "STRONGROOM_DATA_DIR")]
    data_dir: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// Give a user another password.
///
/// Its sessions end: whoever is logged in as this user has to log in again. Without --password-file a password
/// is made up and printed once.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom user password admin --data-dir ./strongroom-data
  strongroom user password ada --password-file ./ada.password --data-dir ./strongroom-data")]
struct Password {
    /// Whose password
    #[arg(value_name = "LOGIN")]
    login: String,
    /// The server's data folder
    #[arg(long, value_name = "DIR", env = "STRONGROOM_DATA_DIR")]
    data_dir: PathBuf,
    /// A file with the password, of at least 8 characters; written with a new one, for its owner only, when it
    /// is missing
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Remove a user and end its sessions.
///
/// The last administrator of a tenant stays until there is another one.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  strongroom user remove bob --data-dir ./strongroom-data")]
struct Remove {
    /// Whom to remove
    #[arg(value_name = "LOGIN")]
    login: String,
    /// The server's data folder
    #[arg(long, value_name = "DIR", env = "STRONGROOM_DATA_DIR")]
    data_dir: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// The roles of people; that of a node comes with the node.
#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    /// Sees everything, changes nothing
    Viewer,
    /// Restores, and sees what that takes
    RestoreOperator,
    /// Sees everything, backs up and restores
    Operator,
    /// Does everything, also with users, policies and what is protected
    Administrator,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::RestoreOperator => Self::RestoreOperator,
            RoleName::Operator => Self::Operator,
            RoleName::Administrator => Self::Administrator,
        }
    }
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    match args.command {
        Command::Add(args) => add(args).await,
        Command::List(args) => list(&args.data_dir, &args.output.view()?).await,
        Command::Password(args) => {
            let view = args.output.view()?;
            let file = args.password_file.as_deref();
            tell(&server::set_user_password(&args.data_dir, &args.login, file).await?, file, &view)
        }
        Command::Remove(args) => {
            let view = args.output.view()?;
            let user = server::remove_user(&args.data_dir, &args.login).await?;
            let words = format!("removed  {} of tenant {}\n", user.login, user.tenant);
            view.tell(&json!({"login": user.login, "tenant": user.tenant.0, "removed": true}), &words)
        }
    }
}

async fn add(args: Add) -> Result<(), Failure> {
    let view = args.output.view()?;
    let new = NewLogin {
        login: args.login,
        role: args.role.into(),
        tenant: args.tenant,
        projects: (!args.projects.is_empty()).then_some(args.projects),
        password_file: args.password_file.clone(),
    };
    tell(&server::add_user(&args.data_dir, new).await?, args.password_file.as_deref(), &view)
}

async fn list(data_dir: &Path, view: &View) -> Result<(), Failure> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["login", "role", "tenant", "projects", "last login"]);
    let mut all = Vec::new();
    for user in server::users(data_dir).await? {
        all.push(json!({
            "login": user.login,
            "role": role_of(&user),
            "tenant": user.tenant.0,
            "projects": user.scope,
            "lastLogin": user.last_login_at.map(|time| format!("{time:.0}")),
        }));
        let login = user.last_login_at.map_or_else(|| "never".to_owned(), |time| format!("{time:.0}"));
        let projects = user.scope.as_ref().map_or_else(|| "all".to_owned(), |scope| scope.join(", "));
        table.add_row([user.login.clone(), role_of(&user).to_owned(), user.tenant.0, projects, login]);
    }
    view.tell(&Value::from(all), &format!("{}\n", table.trim_fmt()))
}

/// Says whose password it is and, unless it lies in a file, the password.
fn tell(new: &NewPassword, file: Option<&Path>, view: &View) -> Result<(), Failure> {
    let User { login, tenant, .. } = &new.user;
    let role = role_of(&new.user);
    let password = match file {
        Some(file) => format!("in {}", file.display()),
        None => format!("{}\nThis password is shown once.", new.password.expose()),
    };
    let words = format!("tenant    {tenant}\nuser      {login}\nrole      {role}\npassword  {password}\n");
    let mut told = json!({"tenant": tenant.0, "login": login, "role": role});
    match file {
        Some(file) => told["passwordFile"] = json!(file),
        None => told["password"] = json!(new.password.expose()),
    }
    view.tell(&told, &words)
}

fn role_of(user: &User) -> &'static str {
    match user.role {
        Role::Viewer => "viewer",
        Role::RestoreOperator => "restore-operator",
        Role::Operator => "operator",
        Role::Administrator => "administrator",
        Role::Node => "node",
    }
}
