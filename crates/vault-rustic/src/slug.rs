//! File names for tenants.

use engine::{Error, Result, TenantId};

/// Longer names leave no room for the endings that are put behind them.
const LONGEST: usize = 200;

/// A file name for `tenant`: different for every tenant, also where the file system does not tell upper
/// from lower case, and never hidden. Lower case letters, digits and `-` stand for themselves, every other
/// byte is `_` and two hexadecimal digits.
///
/// # Errors
/// [`engine::Kind::Invalid`] for the empty id and for one whose name would be too long.
pub(crate) fn slug(tenant: &TenantId) -> Result<String> {
    let mut name = String::with_capacity(tenant.0.len());
    for byte in tenant.0.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => name.push(char::from(byte)),
            // A leading `-` would read as an option on a command line.
            b'-' if !name.is_empty() => name.push('-'),
            _ => name.push_str(&format!("_{byte:02x}")),
        }
    }
    if name.is_empty() || name.len() > LONGEST {
        return Err(Error::invalid(format!("{:?} cannot be the id of a tenant with a vault", tenant.0)));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn different_tenants_have_different_names_whatever_the_case() {
        let ids = ["a", "A", "_41", "a-b", "-a", "a_b", "a.b", "a/b", "..", "_", "__", "é", "a b"];
        let names: HashSet<String> =
            ids.iter().map(|id| slug(&TenantId((*id).to_owned())).unwrap().to_lowercase()).collect();
        assert_eq!(names.len(), ids.len());
        for name in names {
            assert!(!name.starts_with(['.', '-']) && !name.contains(['/', '.']), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_a_name_is_refused() {
        assert!(slug(&TenantId(String::new())).is_err());
        assert!(slug(&TenantId("é".repeat(40))).is_err());
    }
}
