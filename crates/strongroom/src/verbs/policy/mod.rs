//! `strongroom policy`: how often, and kept how long, without writing a document.

mod rules;

use clap::{ArgMatches, Args as _, Command as Clap, FromArgMatches as _, Subcommand as _};
use command_table::{Column, Form};
use ibm_backup_recovery::{Client, types};
use serde::Serialize;
use serde_json::{Value, json};

pub(super) use self::rules::Rules;
use self::rules::{Every, Keep, Lock};
use crate::connect::{ConnectArgs, Target};
use crate::failure::Failure;
use crate::output::complain;
use crate::print::{self, Shape, View};

const ABOUT: &str = "Say how often to back up and how long to keep it";

const LONG: &str = "\
Say how often to back up and how long to keep it.

A policy acts through the protection groups that follow it. The smallest unit that is given says for how long every \
backup is kept; of each larger one a single backup is kept longer. So

  --daily 7 --weekly 4 --monthly 12

keeps every backup 7 days, one of each week 4 weeks, and one of each month 12 months. In the API the first is the \
retention of the regular backups, and the others are extended retention. A month counts 30 days, a year 365.

Policies are of the IBM API; Storware's has none.";

const EXAMPLES: &str = "\
Examples:
  strongroom policy create nightly --daily 7 --weekly 4 --monthly 12
  strongroom policy create ledger --every 4h --daily 30 --yearly 10 --lock
  strongroom policy set nightly --weekly 8 --monthly 0
  strongroom policy list";

#[derive(clap::Subcommand, Clone, Debug)]
enum Verb {
    /// Make a policy
    ///
    /// Makes a policy. At least one of --daily, --weekly, --monthly and --yearly has to be given; the smallest says how
    /// long every backup is kept, and how often one is made unless --every does. Backups are incremental, with a full
    /// one where there is nothing to build on.
    #[command(after_help = "\
Examples:
  strongroom policy create nightly --daily 7 --weekly 4 --monthly 12
  strongroom policy create often --every 4h --daily 2 --weekly 4
  strongroom policy create by-hand --every never --daily 30
  strongroom policy create ledger --daily 30 --yearly 10 --lock")]
    Create {
        /// What it is to be called
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        flags: RuleArgs,
    },
    /// List policies: how often, kept how long, used by how many groups
    ///
    /// Lists policies by name, each with how often it backs up (`never` is by hand), how long backups are kept, whether
    /// they are locked, and how many groups follow it.
    #[command(after_help = "\
Examples:
  strongroom policy list
  strongroom policy list -o json --query '[?groups==`0`].name'")]
    List,
    /// Show a policy
    ///
    /// Shows a policy, by its name or its id, with the groups that follow it.
    #[command(after_help = "\
Examples:
  strongroom policy show nightly
  strongroom policy show nightly -o yaml")]
    Show {
        /// Its name or its id
        #[arg(id = "POLICY", value_name = "POLICY")]
        policy: String,
    },
    /// Change a policy
    ///
    /// Changes what is given and leaves the rest as it is; 0 takes a unit away. Backups that are there already keep the
    /// time that they were given.
    #[command(after_help = "\
Examples:
  strongroom policy set nightly --weekly 8
  strongroom policy set nightly --every 12h --monthly 0
  strongroom policy set nightly --rename weekdays
  strongroom policy set nightly --lock none")]
    Set {
        /// Its name or its id
        #[arg(id = "POLICY", value_name = "POLICY")]
        policy: String,
        /// What it is to be called from now on
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,
        #[command(flatten)]
        flags: RuleArgs,
    },
    /// Delete a policy that no group follows
    ///
    /// Deletes a policy. One that a group follows cannot be deleted, and backups stay as they are.
    #[command(after_help = "\
Example:
  strongroom policy delete nightly")]
    Delete {
        /// Its name or its id
        #[arg(id = "POLICY", value_name = "POLICY")]
        policy: String,
    },
}

#[derive(clap::Args, Clone, Debug)]
struct RuleArgs {
    /// Keep backups so many days
    #[arg(long, value_name = "DAYS")]
    daily: Option<u32>,
    /// Keep one of each week so many weeks
    #[arg(long, value_name = "WEEKS")]
    weekly: Option<u32>,
    /// Keep one of each month so many months
    #[arg(long, value_name = "MONTHS")]
    monthly: Option<u32>,
    /// Keep one of each year so many years
    #[arg(long, value_name = "YEARS")]
    yearly: Option<u32>,
    /// How often to back up: 30m, 4h, 1d, 1w (Sundays), 1mo (the first), 1y, or never
    #[arg(long, value_name = "TIME")]
    every: Option<Every>,
    /// Lock backups for as long as they are kept. Nobody lifts a compliance lock, which it is unless told otherwise
    #[arg(
        long,
        value_name = "MODE",
        num_args = 0..=1,
        default_missing_value = "compliance",
        value_parser = ["compliance", "administrative", "none"]
    )]
    lock: Option<String>,
    /// A remark for those who read it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

impl RuleArgs {
    /// What is given, over what there is.
    fn over(&self, keep: Keep) -> Result<Keep, Failure> {
        let keep = Keep {
            daily: self.daily.unwrap_or(keep.daily),
            weekly: self.weekly.unwrap_or(keep.weekly),
            monthly: self.monthly.unwrap_or(keep.monthly),
            yearly: self.yearly.unwrap_or(keep.yearly),
        };
        if keep == Keep::default() {
            return Err(Failure::Usage(
                "say for how long to keep backups, with --daily, --weekly, --monthly or --yearly".to_owned(),
            ));
        }
        Ok(keep)
    }

    fn lock(&self, otherwise: Lock) -> Lock {
        match self.lock.as_deref() {
            None => otherwise,
            Some("none") => Lock::None,
            Some("administrative") => Lock::Mode(types::DataLockMode::Administrative),
            Some(_) => Lock::Mode(types::DataLockMode::Compliance),
        }
    }
}

/// A policy, as it is printed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    name: String,
    every: String,
    kept: String,
    daily: u32,
    weekly: u32,
    monthly: u32,
    yearly: u32,
    lock: Option<String>,
    groups: i64,
    description: Option<String>,
    id: Option<String>,
}

const COLUMNS: [Column; 7] = [
    Column { title: "NAME", path: "name", form: Form::Plain },
    Column { title: "EVERY", path: "every", form: Form::Plain },
    Column { title: "KEPT", path: "kept", form: Form::Plain },
    Column { title: "LOCK", path: "lock", form: Form::Plain },
    Column { title: "GROUPS", path: "groups", form: Form::Plain },
    Column { title: "ID", path: "id", form: Form::Plain },
    Column { title: "DESCRIPTION", path: "description", form: Form::Plain },
];

pub(super) fn command() -> Clap {
    let clap = Verb::augment_subcommands(Clap::new("policy"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_value_name("VERB")
        .mut_subcommands(|verb| verb.args(print::flags("table")));
    ConnectArgs::augment_args(clap).about(ABOUT).long_about(LONG).after_help(EXAMPLES)
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let read = |error: clap::Error| Failure::machine("read the flags", error);
    let verb = Verb::from_arg_matches(matches).map_err(read)?;
    // clap lets nothing else through. The flags of the connection are everywhere.
    let Some((_, inner)) = matches.subcommand() else { return Ok(()) };
    let connect = ConnectArgs::from_arg_matches(inner).map_err(read)?;
    let view = View::of(inner)?;
    let client = match connect.target()? {
        Target::Ibm(client) => client,
        Target::Storware(_) => {
            return Err(Failure::Usage(
                "Storware's API has no policies: its schedules and retention are set in its own console. A server \
                 of ours keeps backups of an entity for the days that it was made with (keepDays)"
                    .to_owned(),
            ));
        }
    };
    match verb {
        Verb::Create { name, flags } => {
            let keep = flags.over(Keep::default())?;
            let every = flags.every.unwrap_or_else(|| keep.natural());
            let rules = Rules { every: Some(every), keep, lock: flags.lock(Lock::None) };
            let policy = create(&client, &name, flags.description, &rules).await?;
            view.show_row(&json_of(&policy), &COLUMNS)
        }
        Verb::List => {
            let mut policies = all(&client).await?;
            policies.sort_by_key(|policy| policy.name.to_lowercase());
            let rows = policies.iter().map(json_of).collect();
            view.show(&Value::Array(rows), &Shape { list: Some(""), columns: &COLUMNS, schema: None })
        }
        Verb::Show { policy } => show(&client, &view, &policy).await,
        Verb::Set { policy, rename, flags } => {
            let policy = set(&client, &policy, rename, flags).await?;
            view.show_row(&json_of(&policy), &COLUMNS)
        }
        Verb::Delete { policy } => {
            let policy = find(&client, &policy).await?;
            let id = policy.id.clone().unwrap_or_default();
            client.delete_protection_policy().id(&id).send().await?;
            complain(format_args!("deleted the policy {}", policy.name));
            Ok(())
        }
    }
}

/// All policies that groups may follow.
pub(super) async fn all(client: &Client) -> Result<Vec<types::ProtectionPolicy>, Failure> {
    let list = client.get_protection_policies().include_stats(true).send().await?.into_inner();
    Ok(list.policies.unwrap_or_default())
}

/// The policy of that name or id.
pub(super) async fn find(client: &Client, text: &str) -> Result<types::ProtectionPolicy, Failure> {
    pick(all(client).await?, text)
}

/// The policy of that name or id among these.
pub(super) fn pick(
    mut policies: Vec<types::ProtectionPolicy>,
    text: &str,
) -> Result<types::ProtectionPolicy, Failure> {
    let found = policies.iter().position(|policy| policy.name == text || policy.id.as_deref() == Some(text));
    match found {
        Some(index) => Ok(policies.swap_remove(index)),
        None if policies.is_empty() => Err(Failure::NotFound(format!(
            "there is no policy {text:?}, and no other one; make it with `strongroom policy create`"
        ))),
        None => {
            let names: Vec<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
            Err(Failure::NotFound(format!("there is no policy {text:?}; there are: {}", names.join(", "))))
        }
    }
}

/// Makes a policy.
pub(super) async fn create(
    client: &Client,
    name: &str,
    description: Option<String>,
    rules: &Rules,
) -> Result<types::ProtectionPolicy, Failure> {
    let backup = types::BackupPolicy::new(types::RegularBackupPolicy::new());
    let mut body = types::ProtectionPolicyRequest::new(backup, name);
    body.description = description;
    rules.write(&mut body);
    Ok(client.create_protection_policy().body(body).send().await?.into_inner())
}

async fn set(
    client: &Client,
    text: &str,
    rename: Option<String>,
    flags: RuleArgs,
) -> Result<types::ProtectionPolicy, Failure> {
    let policy = find(client, text).await?;
    let id = policy.id.clone().unwrap_or_default();
    let keep = flags.over(rules::keep(&policy).0)?;
    let rules = Rules { every: flags.every, keep, lock: flags.lock(Lock::AsIs) };
    let mut body = request(&policy)?;
    rules.write(&mut body);
    if let Some(name) = rename {
        body.name = name;
    }
    if flags.description.is_some() {
        body.description = flags.description;
    }
    Ok(client.update_protection_policy().id(&id).body(body).send().await?.into_inner())
}

/// The policy as it is sent back: all that came but what only the service says.
fn request(policy: &types::ProtectionPolicy) -> Result<types::ProtectionPolicyRequest, Failure> {
    const READ_ONLY: [&str; 5] =
        ["id", "isUsable", "isReplicated", "numProtectionGroups", "numProtectedObjects"];
    let failed = |error: serde_json::Error| Failure::machine("change the policy", error);
    let mut body = serde_json::to_value(policy).map_err(failed)?;
    if let Some(members) = body.as_object_mut() {
        READ_ONLY.iter().for_each(|name| _ = members.remove(*name));
    }
    serde_json::from_value(body).map_err(failed)
}

async fn show(client: &Client, view: &View, text: &str) -> Result<(), Failure> {
    let policy = find(client, text).await?;
    let id = policy.id.clone().unwrap_or_default();
    let groups = client.get_protection_groups().policy_ids([id]).send().await?.into_inner();
    let groups = groups.protection_groups.unwrap_or_default();
    let names: Vec<String> = groups.into_iter().filter_map(|group| group.name).collect();
    let mut shown = json_of(&policy);
    shown["groupNames"] = json!(names);
    view.show(&shown, &Shape { list: None, columns: &[], schema: None })
}

/// `backs up every day, keeps 7 days, 4 weeks`.
pub(super) fn in_words(policy: &types::ProtectionPolicy) -> String {
    let shown = shown(policy);
    let every = match shown.every.as_str() {
        "never" => "backs up by hand only".to_owned(),
        "1d" => "backs up every day".to_owned(),
        every => format!("backs up every {every}"),
    };
    format!("{every}, keeps {}", shown.kept)
}

fn shown(policy: &types::ProtectionPolicy) -> Shown {
    let (keep, kept) = rules::keep(policy);
    let schedule = policy.backup_policy.regular.incremental.as_ref().map(|it| &it.schedule);
    Shown {
        name: policy.name.clone(),
        every: rules::every(schedule),
        kept,
        daily: keep.daily,
        weekly: keep.weekly,
        monthly: keep.monthly,
        yearly: keep.yearly,
        lock: Some(rules::lock(policy)).filter(|lock| !lock.is_empty()),
        groups: policy.num_protection_groups.unwrap_or(0),
        description: policy.description.clone(),
        id: policy.id.as_ref().map(String::from),
    }
}

fn json_of(policy: &types::ProtectionPolicy) -> Value {
    serde_json::to_value(shown(policy)).unwrap_or(Value::Null)
}
