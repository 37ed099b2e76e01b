//! `strongroom user`.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use comfy_table::{Table, presets};
use server::{NewLogin, NewPassword, Role, User};

use crate::failure::Failure;
use crate::output::say;

/// Add, list and remove users of a server that is not running, and set their passwords.
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
}

/// List the users of all tenants, the oldest first.
#[derive(clap::Args)]
struct List {
    /// The server's data folder
    #[arg(long, value_name = "DIR", env = "STRONGROOM_DATA_DIR")]
    data_dir: PathBuf,
}

/// Give a user another password.
///
/// Its sessions end: whoever is logged in as this user has to log in again. Without --password-file a password
/// is made up and printed once.
#[derive(clap::Args)]
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
}

/// Remove a user and end its sessions.
///
/// The last administrator of a tenant stays until there is another one.
#[derive(clap::Args)]
struct Remove {
    /// Whom to remove
    #[arg(value_name = "LOGIN")]
    login: String,
    /// The server's data folder
    #[arg(long, value_name = "DIR", env = "STRONGROOM_DATA_DIR")]
    data_dir: PathBuf,
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
        Command::List(args) => list(&args.data_dir).await,
        Command::Password(args) => {
            let file = args.password_file.as_deref();
            tell(&server::set_user_password(&args.data_dir, &args.login, file).await?, file);
            Ok(())
        }
        Command::Remove(args) => {
            let user = server::remove_user(&args.data_dir, &args.login).await?;
            say(format_args!("removed  {} of tenant {}", user.login, user.tenant));
            Ok(())
        }
    }
}

async fn add(args: Add) -> Result<(), Failure> {
    let new = NewLogin {
        login: args.login,
        role: args.role.into(),
        tenant: args.tenant,
        projects: (!args.projects.is_empty()).then_some(args.projects),
        password_file: args.password_file.clone(),
    };
    tell(&server::add_user(&args.data_dir, new).await?, args.password_file.as_deref());
    Ok(())
}

async fn list(data_dir: &Path) -> Result<(), Failure> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["login", "role", "tenant", "projects", "last login"]);
    for user in server::users(data_dir).await? {
        let login = user.last_login_at.map_or_else(|| "never".to_owned(), |time| format!("{time:.0}"));
        let projects = user.scope.as_ref().map_or_else(|| "all".to_owned(), |scope| scope.join(", "));
        table.add_row([user.login.clone(), role_of(&user).to_owned(), user.tenant.0, projects, login]);
    }
    say(table.trim_fmt());
    Ok(())
}

/// Says whose password it is and, unless it lies in a file, the password.
fn tell(new: &NewPassword, file: Option<&Path>) {
    say(format_args!("tenant    {}", new.user.tenant));
    say(format_args!("user      {}", new.user.login));
    say(format_args!("role      {}", role_of(&new.user)));
    match file {
        Some(file) => say(format_args!("password  in {}", file.display())),
        None => {
            say(format_args!("password  {}", new.password.expose()));
            say("This password is shown once.");
        }
    }
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
