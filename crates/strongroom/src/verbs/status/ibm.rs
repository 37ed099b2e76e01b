//! By protection groups, their policies and runs.

use std::collections::{HashMap, HashSet};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use ibm_backup_recovery::types::{
    self, BackupScheduleUnit, DayOfWeek, FullScheduleUnit, ProtectionGroup, ProtectionPolicy,
};
use ibm_backup_recovery::{Client, Error};

use super::super::runs::Run;
use super::super::runs::ibm::shown;
use super::Told;
use crate::failure::Failure;

/// How many groups are asked for at a time.
const AT_A_TIME: usize = 8;
/// How many runs of a group are looked at: what is kept of a group is hardly ever more.
const MOST_RUNS: usize = 1000;
const DAY: u64 = 86_400;

/// What the groups are, and which machines are in none of them.
pub(super) async fn told(client: &Client) -> Result<(Vec<Told>, Vec<String>), Failure> {
    let (groups, policies, sources) = tokio::try_join!(
        async { client.get_protection_groups().send().await },
        async { client.get_protection_policies().send().await },
        async { client.get_source_registrations().send().await },
    )?;
    let groups: Vec<_> = groups
        .into_inner()
        .protection_groups
        .into_iter()
        .flatten()
        .filter(|group| group.is_deleted != Some(true))
        .collect();
    let policies = policies.into_inner().policies.unwrap_or_default();
    let intervals: HashMap<String, Option<u64>> = policies
        .iter()
        .filter_map(|policy| Some((policy.id.as_ref()?.to_string(), interval(policy))))
        .collect();
    let unprotected = unprotected(sources.into_inner(), &groups);
    let told = stream::iter(groups).map(|group| {
        let interval = group.policy_id.as_ref().and_then(|id| intervals.get(id.as_str()).copied().flatten());
        of_group(client, group, interval)
    });
    Ok((told.buffer_unordered(AT_A_TIME).try_collect().await?, unprotected))
}

async fn of_group(client: &Client, group: ProtectionGroup, interval: Option<u64>) -> Result<Told, Error> {
    let id = group.id.clone().unwrap_or_default();
    let runs = client.get_protection_group_runs().id(&id).items().map_ok(shown).take(MOST_RUNS);
    // The newest comes first.
    let runs: Vec<Run> = match runs.try_collect().await {
        // It was deleted in this moment.
        Err(error) if error.status().is_some_and(|status| status.as_u16() == 404) => Vec::new(),
        runs => runs?,
    };
    let good = runs.iter().find(|run| run.state.is_good());
    let ended = runs.iter().find(|run| run.state.is_final());
    let kept = || runs.iter().filter(|run| run.restorable == Some(true));
    let is_told = runs.iter().any(|run| run.restorable.is_some());
    Ok(Told {
        name: group.name.unwrap_or_else(|| id.to_string()),
        id: id.to_string(),
        is_paused: group.is_paused == Some(true) || group.is_active == Some(false),
        last_good: good.and_then(Run::moment),
        last_run: runs.first().map(|run| run.state),
        last_ended: ended.map(|run| run.state),
        message: ended.and_then(|run| run.message.clone()),
        interval,
        size: good.and_then(|run| run.size),
        stored: kept().filter_map(|run| run.stored).reduce(|all, one| all.saturating_add(one)),
        snapshots: is_told.then(|| kept().count() as u64),
    })
}

/// The machines that no group backs up files or volumes of.
fn unprotected(sources: types::SourceRegistrationList, groups: &[ProtectionGroup]) -> Vec<String> {
    let mut protected: HashSet<i64> = HashSet::new();
    for params in groups.iter().filter_map(|group| group.physical_params.as_ref()) {
        let files = params.file_protection_type_params.iter().flat_map(|files| &files.objects);
        protected.extend(files.map(|object| object.id.get()));
        let volumes = params.volume_protection_type_params.iter().flat_map(|volumes| &volumes.objects);
        protected.extend(volumes.map(|object| object.id.get()));
    }
    let registrations = sources.registrations.unwrap_or_default().into_iter();
    // What groups of other kinds protect lies below their source, and is not looked for.
    let physical = registrations.filter(|source| source.environment == Some(types::Environment::Physical));
    let names = physical.filter_map(|source| {
        let ids = [source.source_id.as_ref().map(|id| id.get()), source.id.as_ref().map(|id| id.get())];
        let is_protected = ids.into_iter().flatten().any(|id| protected.contains(&id));
        (!is_protected).then(|| source.name.or(ids[0].map(|id| id.to_string()))).flatten()
    });
    names.collect()
}

/// How often a policy wants a backup, in seconds; none where it starts nothing by itself.
fn interval(policy: &ProtectionPolicy) -> Option<u64> {
    let regular = &policy.backup_policy.regular;
    let incremental = regular.incremental.as_ref().and_then(|it| of_schedule(&it.schedule));
    let fulls = regular.full.iter().filter_map(|full| full.schedule.as_ref());
    let fulls = fulls.chain(regular.full_backups.iter().flatten().map(|full| &full.schedule));
    incremental.into_iter().chain(fulls.filter_map(of_full)).min()
}

fn of_schedule(schedule: &types::BackupSchedule) -> Option<u64> {
    let every = |frequency: Option<i64>, unit: u64| {
        u64::try_from(frequency?).ok().filter(|count| *count > 0).map(|count| count.saturating_mul(unit))
    };
    match schedule.unit {
        BackupScheduleUnit::Minutes => every(schedule.minute_schedule.as_ref().map(|it| it.frequency), 60),
        BackupScheduleUnit::Hours => every(schedule.hour_schedule.as_ref().map(|it| it.frequency), 3_600),
        BackupScheduleUnit::Days => every(schedule.day_schedule.as_ref().map(|it| it.frequency), DAY),
        BackupScheduleUnit::Weeks => schedule.week_schedule.as_ref().map(|it| of_week(&it.day_of_week)),
        BackupScheduleUnit::Months => Some(31 * DAY),
        BackupScheduleUnit::Years => Some(366 * DAY),
        _ => None,
    }
}

fn of_full(schedule: &types::FullSchedule) -> Option<u64> {
    match schedule.unit {
        FullScheduleUnit::Days => {
            let days = u64::try_from(schedule.day_schedule.as_ref()?.frequency).ok()?;
            Some(days.saturating_mul(DAY)).filter(|every| *every > 0)
        }
        FullScheduleUnit::Weeks => schedule.week_schedule.as_ref().map(|it| of_week(&it.day_of_week)),
        FullScheduleUnit::Months => Some(31 * DAY),
        FullScheduleUnit::Years => Some(366 * DAY),
        // Once is no schedule, and what is not known yet none that could be counted.
        _ => None,
    }
}

/// The longest time between two of these days of each week.
fn of_week(days: &[DayOfWeek]) -> u64 {
    const WEEK: [DayOfWeek; 7] = [
        DayOfWeek::Monday,
        DayOfWeek::Tuesday,
        DayOfWeek::Wednesday,
        DayOfWeek::Thursday,
        DayOfWeek::Friday,
        DayOfWeek::Saturday,
        DayOfWeek::Sunday,
    ];
    let at: Vec<usize> = (0..WEEK.len()).filter(|day| days.contains(&WEEK[*day])).collect();
    let next = at.iter().skip(1).copied().chain(at.first().map(|first| first + WEEK.len()));
    let gap = at.iter().zip(next).map(|(day, next)| next - day).max().unwrap_or(WEEK.len());
    gap as u64 * DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_as_long_as_its_longest_gap() {
        use DayOfWeek::{Friday, Monday, Sunday, Wednesday};
        assert_eq!(of_week(&[Monday]), 7 * DAY);
        assert_eq!(of_week(&[Friday, Monday]), 4 * DAY);
        assert_eq!(of_week(&[Monday, Wednesday, Friday]), 3 * DAY);
        assert_eq!(of_week(&[Sunday, Monday]), 6 * DAY);
        assert_eq!(of_week(&[]), 7 * DAY);
    }
}
