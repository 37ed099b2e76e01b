//! With the IBM API: a source, a policy, a protection group and a run of it.

use ibm_backup_recovery::Client;
use ibm_backup_recovery::types::{self, Environment, ObjectId, PolicyId, ProtectionGroupId, RunStatus};
use jiff::Timestamp;

use super::place::{self, Machine};
use super::{BackupArgs, Done, Ended, Piece, Plan, list};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::output::complain;
use crate::verbs::policy::{self, Rules};
use crate::verbs::wait::{Outcome, RunSeen, WantedRun};

/// What the policy is called that is made where there is none.
const USUAL: &str = "daily";

pub(super) async fn back_up(
    client: &Client,
    args: &BackupArgs,
    interrupts: &mut Interrupts,
) -> Result<Ended, Failure> {
    let (plan, group) = interrupts.unless(prepare(client, args)).await?;
    let Some(group) = group.filter(|_| !args.dry_run) else {
        return Ok(Ended { plan, done: Done::planned(), outcome: Outcome::Succeeded });
    };
    let is_new = plan.group.is_new;
    // The schedule of a new group may be quicker: its first run is as good.
    let open = if is_new { None } else { interrupts.unless(open_run(client, &group)).await? };
    let run = match open {
        Some(run) if args.join => {
            complain("a run of the group goes on already; waiting for that one");
            WantedRun::known(client, &group, run)
        }
        Some(run) => {
            return Err(Failure::Conflict(format!(
                "run {run} of the group {} goes on already; wait for that one with --join",
                plan.group.name
            )));
        }
        None => {
            let next = async { Ok(WantedRun::next(client, &group).await?) };
            let run = if is_new { WantedRun::first(client, &group) } else { interrupts.unless(next).await? };
            let kind = if args.full { types::BackupRunType::Full } else { types::BackupRunType::Regular };
            let body = types::StartRunRequest::new(kind);
            match client.create_protection_group_run().id(&group).body(body).send().await {
                Err(error) if !(is_new && Exit::of_call(&error) == Exit::Conflict) => {
                    return Err(error.into());
                }
                _ => run,
            }
        }
    };
    if !args.wait.waits() {
        complain(format_args!("started; to look at it: strongroom ibm runs list {group}"));
        return Ok(Ended { plan, done: Done::started(), outcome: Outcome::Succeeded });
    }
    let what = format!("The backup of {}", plan.group.name);
    let seen = run.follow(interrupts, &args.wait, &what).await?;
    Ok(Ended { done: done(&seen), outcome: seen.outcome(), plan })
}

/// Finds or makes what a run needs. A dry run makes nothing, so that there may be no group in the end.
async fn prepare(client: &Client, args: &BackupArgs) -> Result<(Plan, Option<ProtectionGroupId>), Failure> {
    let sources = client.get_source_registrations().send().await?.into_inner();
    let sources: Vec<_> = sources.registrations.unwrap_or_default().into_iter().filter(is_host).collect();
    let is_local = place::is_loopback(client.base_url());
    let found = source(&sources, args.source.as_deref(), is_local)?;
    let machine = match found {
        Some(source) if is_other(source, is_local) => Machine::Other,
        _ => Machine::This,
    };
    // Before anything is made: a mistake leaves nothing behind.
    let paths = place::paths(&args.dirs, machine)?;
    let policies = policy::all(client).await?;
    let groups = client.get_protection_groups().send().await?.into_inner();
    let mut groups = groups.protection_groups.unwrap_or_default();
    groups.retain(|group| group.is_deleted != Some(true));
    let object = found.and_then(|source| source.id).map(|id| id.get());
    let fitting = fitting(&groups, object, &paths, args, &policies)?;
    let chosen = match fitting {
        Some(group) => of_group(group, &policies, args)?,
        None => choose(args, &policies)?,
    };

    let (source, object) = match found {
        Some(source) => {
            let piece = Piece {
                id: source.id.map(|id| id.to_string()),
                name: name_of(source).to_owned(),
                is_new: false,
            };
            (piece, source.id.map(|id| id.get()))
        }
        None => register(client, args, is_local).await?,
    };
    args.tell("source", &source, "");
    let policy = use_policy(client, args, chosen).await?;
    let (group, id) = match fitting {
        Some(group) => {
            let name = group.name.clone().unwrap_or_default();
            let piece = Piece { id: group.id.as_ref().map(String::from), name, is_new: false };
            (piece, group.id.clone())
        }
        None => {
            let name = free_name(&groups, args, &paths, &source.name)?;
            make_group(client, args, &name, object, &paths, &policy).await?
        }
    };
    args.tell("group", &group, "");
    let plan =
        Plan { source: Some(source), policy: Some(policy), group, paths, excluded: args.exclude.clone() };
    Ok((plan, id))
}

fn is_host(source: &types::SourceRegistration) -> bool {
    source.environment.as_ref().is_none_or(|environment| *environment == Environment::Physical)
        && source.id.is_some()
}

fn name_of(source: &types::SourceRegistration) -> &str {
    let name = source.name.as_deref().filter(|name| !name.is_empty());
    name.or_else(|| endpoint_of(source)).unwrap_or("without a name")
}

fn endpoint_of(source: &types::SourceRegistration) -> Option<&str> {
    source.physical_params.as_ref().map(|params| params.endpoint.as_str())
}

fn is_called(source: &types::SourceRegistration, name: &str) -> bool {
    let is_it = |text: Option<&str>| text.is_some_and(|text| text.eq_ignore_ascii_case(name));
    is_it(source.name.as_deref()) || is_it(endpoint_of(source))
}

/// Whether a source is another machine than this one.
fn is_other(source: &types::SourceRegistration, is_local: bool) -> bool {
    !(is_called(source, &place::host_name()) || is_local && is_called(source, "localhost"))
}

/// The source that is meant, if it is registered.
fn source<'s>(
    sources: &'s [types::SourceRegistration],
    wanted: Option<&str>,
    is_local: bool,
) -> Result<Option<&'s types::SourceRegistration>, Failure> {
    if let Some(wanted) = wanted {
        let by_id =
            |source: &&types::SourceRegistration| source.id.is_some_and(|id| id.to_string() == wanted);
        let found = sources.iter().find(|source| is_called(source, wanted));
        let found = found.or_else(|| sources.iter().find(by_id));
        return match found {
            Some(source) => Ok(Some(source)),
            None => {
                let names = list(sources.iter().map(|source| name_of(source).to_owned()));
                let there =
                    if names.is_empty() { "there is none".to_owned() } else { format!("there is {names}") };
                Err(Failure::NotFound(format!("no machine {wanted:?} is registered as a source; {there}")))
            }
        };
    }
    let own = |name: &str| sources.iter().find(|source| is_called(source, name));
    let localhost = is_local.then(|| own("localhost")).flatten();
    Ok(localhost.or_else(|| own(&place::host_name())))
}

/// Registers this machine.
async fn register(
    client: &Client,
    args: &BackupArgs,
    is_local: bool,
) -> Result<(Piece, Option<i64>), Failure> {
    let endpoint = if is_local { "localhost".to_owned() } else { place::host_name() };
    if args.dry_run {
        return Ok((Piece { id: None, name: endpoint, is_new: true }, None));
    }
    let params = types::PhysicalSourceRegistrationParams::new(&endpoint);
    let body = types::RegisterSourceRequest::new(Environment::Physical).with_physical_params(params);
    let source = client.register_protection_source().body(body).send().await?.into_inner();
    let id = source.id.map(|id| id.get());
    Ok((Piece { id: id.map(|id| id.to_string()), name: name_of(&source).to_owned(), is_new: true }, id))
}

/// The group that backs up just these paths of the source, if there is one.
fn fitting<'g>(
    groups: &'g [types::ProtectionGroup],
    object: Option<i64>,
    paths: &[String],
    args: &BackupArgs,
    policies: &[types::ProtectionPolicy],
) -> Result<Option<&'g types::ProtectionGroup>, Failure> {
    let Some(object) = object else { return Ok(None) };
    if let Some(name) = &args.name {
        let Some(group) = groups.iter().find(|group| group.name.as_deref() == Some(name)) else {
            return Ok(None);
        };
        if fits(group, object, paths, args) {
            return Ok(Some(group));
        }
        return Err(Failure::Conflict(format!(
            "the group {name:?} is there and backs up something else, or leaves out something else; choose \
             another --name, or change it with `strongroom ibm groups update`"
        )));
    }
    let mut found: Vec<_> = groups.iter().filter(|group| fits(group, object, paths, args)).collect();
    if found.len() > 1
        && let Some(wanted) = &args.policy
    {
        let policy = policy::pick(policies.to_vec(), wanted)?;
        found.retain(|group| group.policy_id == policy.id);
    }
    match found.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        many => {
            let names = list(many.iter().filter_map(|group| group.name.clone()));
            Err(Failure::Usage(format!("several groups back this up: {names}; choose one with --name")))
        }
    }
}

/// Whether a group backs up just these paths. What it leaves out counts only where that was asked for.
fn fits(group: &types::ProtectionGroup, object: i64, paths: &[String], args: &BackupArgs) -> bool {
    let files = group.physical_params.as_ref().and_then(|it| it.file_protection_type_params.as_ref());
    let Some(files) = files else { return false };
    let [only] = files.objects.as_slice() else { return false };
    let roots = only.file_paths.iter().flatten().map(|path| path.included_path.as_str());
    let excluded = files.global_exclude_paths.iter().flatten().map(String::as_str);
    only.id == object
        && place::is_same(paths, roots)
        && (args.exclude.is_empty() || place::is_same(&args.exclude, excluded))
}

/// The policy of a group that is there, as far as it can be seen.
fn of_group(
    group: &types::ProtectionGroup,
    policies: &[types::ProtectionPolicy],
    args: &BackupArgs,
) -> Result<Choice, Failure> {
    let own = policies.iter().find(|policy| policy.id == group.policy_id);
    if let Some(wanted) = &args.policy {
        let wanted = policy::pick(policies.to_vec(), wanted)?;
        if wanted.id != group.policy_id {
            let own = own.map_or("another", |policy| policy.name.as_str());
            return Err(Failure::Conflict(format!(
                "the group {:?} follows the policy {own}, not {}; leave --policy out, or make another group with \
                 --name",
                group.name.as_deref().unwrap_or_default(),
                wanted.name
            )));
        }
    }
    Ok(match own {
        Some(own) => Choice::There(Box::new(own.clone())),
        None => Choice::Hidden(group.policy_id.clone()),
    })
}

/// What a new group is to be called.
fn free_name(
    groups: &[types::ProtectionGroup],
    args: &BackupArgs,
    paths: &[String],
    source: &str,
) -> Result<String, Failure> {
    if let Some(name) = &args.name {
        return Ok(name.clone());
    }
    let is_taken = |name: &str| groups.iter().any(|group| group.name.as_deref() == Some(name));
    let mut names = place::names(paths);
    names.push(format!("{} on {source}", paths.join(", ")));
    names.into_iter().find(|name| !is_taken(name)).ok_or_else(|| {
        Failure::Conflict("there are groups of every name that fits; give one with --name".to_owned())
    })
}

/// The policy that a group follows or is to follow.
enum Choice {
    /// One that is there.
    There(Box<types::ProtectionPolicy>),
    /// One that the group follows and that is not listed.
    Hidden(Option<PolicyId>),
    /// The usual one, to be made.
    Usual,
}

/// The policy of a new group.
fn choose(args: &BackupArgs, policies: &[types::ProtectionPolicy]) -> Result<Choice, Failure> {
    Ok(match (&args.policy, policies) {
        (Some(wanted), _) => Choice::There(Box::new(policy::pick(policies.to_vec(), wanted)?)),
        (None, []) => Choice::Usual,
        (None, [only]) => Choice::There(Box::new(only.clone())),
        (None, many) => {
            let names = list(many.iter().map(|policy| policy.name.clone()));
            return Err(Failure::Usage(format!(
                "a new group has to follow one of several policies: {names}; choose with --policy, and see what \
                 they do with `strongroom policy list`"
            )));
        }
    })
}

/// Makes the policy where there is none, and says which it is.
async fn use_policy(client: &Client, args: &BackupArgs, choice: Choice) -> Result<Piece, Failure> {
    let piece = |policy: &types::ProtectionPolicy, is_new| Piece {
        id: policy.id.as_ref().map(String::from),
        name: policy.name.clone(),
        is_new,
    };
    let (piece, words) = match choice {
        Choice::There(policy) => (piece(&policy, false), policy::in_words(&policy)),
        Choice::Hidden(id) => {
            let id = id.map(String::from);
            (Piece { name: id.clone().unwrap_or_default(), id, is_new: false }, String::new())
        }
        Choice::Usual => {
            let rules = Rules::usual();
            let words = format!("backs up every day, keeps {}", rules.keep.in_words());
            let made = if args.dry_run {
                Piece { id: None, name: USUAL.to_owned(), is_new: true }
            } else {
                piece(&policy::create(client, USUAL, None, &rules).await?, true)
            };
            (made, words)
        }
    };
    args.tell("policy", &piece, &words);
    Ok(piece)
}

async fn make_group(
    client: &Client,
    args: &BackupArgs,
    name: &str,
    object: Option<i64>,
    paths: &[String],
    policy: &Piece,
) -> Result<(Piece, Option<ProtectionGroupId>), Failure> {
    let mut piece = Piece { id: None, name: name.to_owned(), is_new: true };
    let (Some(object), Some(policy), false) = (object, policy.id.as_deref(), args.dry_run) else {
        return Ok((piece, None));
    };
    let roots = paths.iter().map(types::PhysicalFileBackupPath::new);
    let object = types::PhysicalFileProtectionGroupObject::new(ObjectId::from(object)).with_file_paths(roots);
    let mut files = types::PhysicalFileProtectionGroupParams::new([object]);
    if !args.exclude.is_empty() {
        files = files.with_global_exclude_paths(args.exclude.clone());
    }
    let kind = types::PhysicalProtectionGroupParamsProtectionType::File;
    let physical = types::PhysicalProtectionGroupParams::new(kind).with_file_protection_type_params(files);
    let body = types::ProtectionGroupRequest::new(Environment::Physical, name, PolicyId::from(policy))
        .with_physical_params(physical);
    let group = client.create_protection_group().body(body).send().await?.into_inner();
    piece.id = group.id.as_ref().map(String::from);
    Ok((piece, group.id))
}

/// The run of the group that goes on, if there is one.
async fn open_run(client: &Client, group: &ProtectionGroupId) -> Result<Option<types::RunId>, Failure> {
    use RunStatus::{Accepted, Canceling, Finalizing, OnHold, Paused, Running};
    let open = [Accepted, Canceling, Finalizing, OnHold, Paused, Running];
    // Since ever: it may go on for days.
    let call = client.get_protection_group_runs().id(group).start_time_usecs(0).num_runs(1);
    let runs = call.local_backup_run_status(open).send().await?.into_inner();
    Ok(runs.runs.unwrap_or_default().into_iter().find_map(|run| run.id))
}

fn done(seen: &RunSeen) -> Done {
    let summary = seen.run.local_backup_info.clone().unwrap_or_default();
    let sum = |number: fn(&types::SnapshotInfo) -> Option<i64>| {
        let mut numbers = seen.objects().filter_map(number).peekable();
        numbers.peek().is_some().then(|| u64::try_from(numbers.sum::<i64>()).unwrap_or(0))
    };
    let at = |usecs: Option<types::UnixMicros>| Timestamp::from_microsecond(usecs?.get()).ok();
    let warnings = match seen.outcome() {
        Outcome::Warnings(warnings) => warnings,
        _ => Vec::new(),
    };
    let kind = match summary.run_type {
        Some(types::BackupRunType::Full) => Some("full"),
        Some(types::BackupRunType::Regular) => Some("incremental"),
        _ => None,
    };
    Done {
        status: if warnings.is_empty() { "succeeded" } else { "warnings" },
        kind,
        run: seen.run.id.as_ref().map(String::from),
        snapshot: seen.objects().find_map(|info| info.snapshot_id.as_ref()).map(String::from),
        files: sum(|info| info.total_file_count),
        bytes_read: sum(|info| info.stats.as_ref()?.bytes_read.map(i64::from)),
        bytes_stored: sum(|info| info.stats.as_ref()?.bytes_written.map(i64::from)),
        warnings,
        ..Done::default()
    }
    .between(at(summary.start_time_usecs), at(summary.end_time_usecs))
}
