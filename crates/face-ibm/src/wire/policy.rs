//! Policies.

use engine::{
    DataLock, ExtendedRule, Extras, FullRule, LockMode, Policy, PolicyRules, Retention, RetentionUnit, Retry,
    RunKind, SelectionUnit,
};
use ibm_backup_recovery::types;
use serde_json::Value;

use super::schedule::{read_blackout, read_full_schedule, read_schedule, schedule};
use super::{EXTRAS, WireIds, kept, usecs};
use crate::error::ApiError;

/// A policy as the API shows it.
pub(crate) fn policy(ids: &WireIds, policy: &Policy) -> types::ProtectionPolicy {
    let rules = &policy.rules;
    let base: types::ProtectionPolicy = kept(&rules.extras);
    let mut backup_policy = base.backup_policy.clone();
    backup_policy.regular.incremental = rules.incremental.as_ref().map(|recurrence| {
        types::IncrementalBackupPolicy { schedule: schedule(recurrence), unknown_fields: Default::default() }
    });
    let said = backup_policy.regular.retention.take();
    backup_policy.regular.retention = Some(retention(&rules.retention, said.as_ref()));
    types::ProtectionPolicy {
        id: Some(ids.policy(policy.id)),
        name: rules.name.clone(),
        description: rules.description.clone(),
        backup_policy,
        retry_options: (rules.retry != Retry::default()).then(|| types::RetryOptions {
            retries: Some(rules.retry.count.into()),
            retry_interval_mins: Some(i64::from(rules.retry.interval_minutes).into()),
            unknown_fields: Default::default(),
        }),
        last_modification_time_usecs: Some(usecs(policy.modified_at)),
        is_usable: Some(true),
        is_replicated: Some(false),
        ..base
    }
}

/// What a request says of a policy. `raw` is kept, so that what the engine has no use for is said again.
pub(crate) fn policy_rules(
    request: types::ProtectionPolicyRequest,
    raw: Value,
) -> Result<PolicyRules, ApiError> {
    let regular = request.backup_policy.regular;
    let mut retention = match &regular.retention {
        Some(retention) => read_retention("backupPolicy.regular.retention", retention)?,
        None => {
            return Err(ApiError::invalid(
                "backupPolicy.regular.retention",
                "is missing; it says how long backups are kept",
            ));
        }
    };
    let incremental = regular
        .incremental
        .map(|incremental| read_schedule("backupPolicy.regular.incremental.schedule", &incremental.schedule))
        .transpose()?;
    let full = regular
        .full
        .and_then(|full| full.schedule)
        .map(|schedule| read_full_schedule("backupPolicy.regular.full.schedule", &schedule))
        .transpose()?
        .flatten();
    if let Some(mode) = &request.data_lock {
        // The old form knows no length: what it locks is locked for as long as it is kept.
        let mode = read_lock_mode("dataLock", mode)?;
        retention.lock.get_or_insert(DataLock { mode, count: retention.count, unit: retention.unit });
    }
    let mut fulls = Vec::new();
    for (at, rule) in regular.full_backups.iter().flatten().enumerate() {
        let member = format!("backupPolicy.regular.fullBackups[{at}]");
        let retention = read_retention(&format!("{member}.retention"), &rule.retention)?;
        if let Some(every) = read_full_schedule(&format!("{member}.schedule"), &rule.schedule)? {
            fulls.push(FullRule { every, retention });
        }
    }
    let mut extended = Vec::new();
    for (at, rule) in request.extended_retention.iter().flatten().enumerate() {
        extended.extend(read_extended(&format!("extendedRetention[{at}]"), rule)?);
    }
    let mut blackouts = Vec::new();
    for (at, window) in request.blackout_window.iter().flatten().enumerate() {
        blackouts.push(read_blackout(&format!("blackoutWindow[{at}]"), window)?);
    }
    let retry = match request.retry_options {
        Some(options) => Retry {
            count: number("retryOptions.retries", options.retries.unwrap_or(0))?,
            interval_minutes: number(
                "retryOptions.retryIntervalMins",
                options.retry_interval_mins.map_or(1, types::Minutes::get),
            )?,
        },
        None => Retry::default(),
    };
    Ok(PolicyRules {
        name: request.name,
        description: request.description,
        incremental,
        full,
        fulls,
        retention,
        extended,
        blackouts,
        retry,
        extras: Extras::from([(EXTRAS.to_owned(), raw)]),
    })
}

fn read_retention(member: &str, retention: &types::Retention) -> Result<Retention, ApiError> {
    let count = read_duration(member, retention.duration)?;
    let unit = read_unit(member, &retention.unit)?;
    let lock = match &retention.data_lock_config {
        Some(lock) => {
            let member = format!("{member}.dataLockConfig");
            let lock = DataLock {
                mode: read_lock_mode(&format!("{member}.mode"), &lock.mode)?,
                count: read_duration(&member, lock.duration)?,
                unit: read_unit(&member, &lock.unit)?,
            };
            let retention = Retention { count, unit, lock: None };
            if lock.days() > retention.days() {
                return Err(ApiError::invalid(
                    &format!("{member}.duration"),
                    format!(
                        "locks for {} days what the retention keeps for {} only",
                        lock.days(),
                        retention.days()
                    ),
                ));
            }
            Some(lock)
        }
        None => None,
    };
    Ok(Retention { count, unit, lock })
}

fn read_duration(member: &str, duration: i64) -> Result<u32, ApiError> {
    let member = format!("{member}.duration");
    match number(&member, duration)? {
        0 => Err(ApiError::invalid(&member, "must be at least 1")),
        count => Ok(count),
    }
}

fn read_unit(member: &str, unit: &types::RetentionUnit) -> Result<RetentionUnit, ApiError> {
    Ok(match unit {
        types::RetentionUnit::Days => RetentionUnit::Days,
        types::RetentionUnit::Weeks => RetentionUnit::Weeks,
        types::RetentionUnit::Months => RetentionUnit::Months,
        types::RetentionUnit::Years => RetentionUnit::Years,
        other => return Err(unknown(&format!("{member}.unit"), other)),
    })
}

fn read_lock_mode(member: &str, mode: &types::DataLockMode) -> Result<LockMode, ApiError> {
    match mode {
        types::DataLockMode::Compliance => Ok(LockMode::Compliance),
        types::DataLockMode::Administrative => Ok(LockMode::Administrative),
        other => Err(unknown(member, other)),
    }
}

/// None for a rule on a kind of run that there is none of here: it is kept and never chooses anything.
fn read_extended(
    member: &str,
    rule: &types::ExtendedRetentionPolicy,
) -> Result<Option<ExtendedRule>, ApiError> {
    use types::SnapshotSelectionScheduleUnit as Unit;
    let retention = read_retention(&format!("{member}.retention"), &rule.retention)?;
    let unit = match &rule.schedule.unit {
        Unit::Runs => SelectionUnit::Runs,
        Unit::Hours => SelectionUnit::Hours,
        Unit::Days => SelectionUnit::Days,
        Unit::Weeks => SelectionUnit::Weeks,
        Unit::Months => SelectionUnit::Months,
        Unit::Years => SelectionUnit::Years,
        other => return Err(unknown(&format!("{member}.schedule.unit"), other)),
    };
    let frequency = format!("{member}.schedule.frequency");
    let count = match number(&frequency, rule.schedule.frequency.unwrap_or(1))? {
        0 => return Err(ApiError::invalid(&frequency, "must be at least 1")),
        count => count,
    };
    let kind = match &rule.run_type {
        None => None,
        Some(types::PolicyRunType::Regular) => Some(RunKind::Incremental),
        Some(types::PolicyRunType::Full) => Some(RunKind::Full),
        Some(_) => return Ok(None),
    };
    Ok(Some(ExtendedRule { count, unit, kind, retention }))
}

fn retention(retention: &Retention, said: Option<&types::Retention>) -> types::Retention {
    let worm = said.and_then(|said| said.data_lock_config.as_ref()?.enable_worm_on_external_target);
    types::Retention {
        unit: retention_unit(retention.unit),
        duration: retention.count.into(),
        data_lock_config: retention.lock.map(|lock| types::DataLockConfig {
            mode: lock_mode(lock.mode),
            unit: retention_unit(lock.unit),
            duration: lock.count.into(),
            enable_worm_on_external_target: worm,
            unknown_fields: Default::default(),
        }),
        unknown_fields: Default::default(),
    }
}

fn retention_unit(unit: RetentionUnit) -> types::RetentionUnit {
    match unit {
        RetentionUnit::Days => types::RetentionUnit::Days,
        RetentionUnit::Weeks => types::RetentionUnit::Weeks,
        RetentionUnit::Months => types::RetentionUnit::Months,
        RetentionUnit::Years => types::RetentionUnit::Years,
    }
}

/// How strict a lock is, as the API says it.
pub(super) fn lock_mode(mode: LockMode) -> types::DataLockMode {
    match mode {
        LockMode::Compliance => types::DataLockMode::Compliance,
        LockMode::Administrative => types::DataLockMode::Administrative,
    }
}

pub(super) fn number(member: &str, value: i64) -> Result<u32, ApiError> {
    u32::try_from(value)
        .map_err(|_| ApiError::invalid(member, format!("must lie between 0 and {}, not {value}", u32::MAX)))
}

pub(super) fn unknown(member: &str, value: &impl std::fmt::Display) -> ApiError {
    ApiError::unsupported(member, format!("this server does not know the value {value}"))
}
