//! Which version number covers which changes, by semantic versioning.
//!
//! What breaks generated code counts as breaking: the document is published as packages, and their users find
//! out by a compiler that stops, not by a request that fails. Before 1.0.0 the second number stands for what
//! breaks and the third for everything else, and before 0.1.0 every change breaks, as Cargo has it.

use semver::{Prerelease, Version};

use crate::Impact;

/// The lowest version after `base` that covers changes of that impact.
///
/// ```
/// use openapi_diff::{Impact, version};
///
/// let needed = |base: &str, impact| version::needed(&base.parse().unwrap(), impact).to_string();
/// assert_eq!(needed("1.4.2", Impact::Minor), "1.5.0");
/// assert_eq!(needed("1.4.2", Impact::SdkBreaking), "2.0.0");
/// assert_eq!(needed("0.4.2", Impact::Major), "0.5.0");
/// ```
pub fn needed(base: &Version, impact: Impact) -> Version {
    let Version { major, minor, patch, .. } = *base;
    match (major, minor, impact) {
        // Not released yet: the release itself covers it.
        _ if !base.pre.is_empty() => Version::new(major, minor, patch),
        (0, 0, _) => Version::new(0, 0, patch + 1),
        (0, _, Impact::Major | Impact::SdkBreaking) => Version::new(0, minor + 1, 0),
        (0, _, Impact::Minor | Impact::Patch) => Version::new(0, minor, patch + 1),
        (_, _, Impact::Major | Impact::SdkBreaking) => Version::new(major + 1, 0, 0),
        (_, _, Impact::Minor) => Version::new(major, minor + 1, 0),
        (_, _, Impact::Patch) => Version::new(major, minor, patch + 1),
    }
}

/// Whether going from `base` to `new` says what changed. Without changes the version may stay, and never goes
/// back. The pre-release of a version announces as much as the version.
///
/// ```
/// use openapi_diff::{Impact, version};
///
/// let covers = |base: &str, new: &str, impact| {
///     version::covers(&base.parse().unwrap(), &new.parse().unwrap(), impact)
/// };
/// assert!(covers("1.0.0", "1.0.0", None));
/// assert!(!covers("1.0.0", "1.0.1", Some(Impact::Minor)));
/// assert!(covers("1.0.0", "2.0.0-rc.1", Some(Impact::Major)));
/// assert!(!covers("1.1.0", "1.0.0", None));
/// ```
pub fn covers(base: &Version, new: &Version, impact: Option<Impact>) -> bool {
    match impact {
        None => new >= base,
        Some(_) if new <= base => false,
        // From one pre-release to the next everything may change.
        Some(_) if !base.pre.is_empty() => true,
        Some(impact) => Version { pre: Prerelease::EMPTY, ..new.clone() } >= needed(base, impact),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_impact_needs_its_number() {
        for (base, new, impact, is_covered) in [
            ("1.2.3", "1.2.4", Impact::Patch, true),
            ("1.2.3", "1.2.4", Impact::Minor, false),
            ("1.2.3", "1.3.0", Impact::Minor, true),
            ("1.2.3", "1.3.0", Impact::Major, false),
            ("1.2.3", "1.3.0", Impact::SdkBreaking, false),
            ("1.2.3", "2.0.0", Impact::SdkBreaking, true),
            ("1.2.3", "1.2.3", Impact::Patch, false),
            ("1.2.3", "1.2.3+build", Impact::Minor, false),
            ("0.2.3", "0.2.4", Impact::Minor, true),
            ("0.2.3", "0.2.4", Impact::Major, false),
            ("0.2.3", "0.3.0", Impact::Major, true),
            ("0.0.3", "0.0.4", Impact::Major, true),
            ("2.0.0-rc.1", "2.0.0-rc.2", Impact::Major, true),
            ("2.0.0-rc.1", "2.0.0", Impact::Major, true),
        ] {
            let (base_version, new_version) = (base.parse().unwrap(), new.parse().unwrap());
            let covered = covers(&base_version, &new_version, Some(impact));
            assert_eq!(covered, is_covered, "{base} {new} {impact}");
        }
    }
}
