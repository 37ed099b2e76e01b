//! Guids: what the API calls things, and which thing of the engine a guid means.
//!
//! A guid is opaque to clients, and the engine has numbers. Instead of remembering which guid was given to what,
//! the numbers are written into it, with the kind of the thing and a check that ties it to one installation and
//! one tenant. What was not made here, or was made for another kind or another tenant, does not decode, and is
//! simply not there. It is no secret: every engine call names its tenant all the same.
//!
//! The form is that of a UUID of version 8 (RFC 9562, "custom"): 48 bits of the first number, 5 of the kind, 7
//! and 14 of the check, 48 of the second number.

use engine::{EntityId, Installation, MountId, NodeId, ObjectId, PolicyId, RunId, TaskId, TenantId, UserId};

use crate::error::ApiError;

/// The largest number that fits. Numbers come from sequences that count from one.
const LARGEST: i64 = (1 << 48) - 1;

/// The kinds of things that have guids. The numbers are on the wire: none may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Task = 1,
    Entity = 2,
    Backup = 3,
    BackupLocation = 4,
    Source = 5,
    Node = 6,
    Mount = 7,
    User = 8,
    Vault = 9,
    Policy = 10,
    Batch = 11,
}

/// One object of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct BackupKey {
    pub(crate) run: RunId,
    pub(crate) object: ObjectId,
}

/// The guids of one tenant of one installation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guids {
    check: u32,
}

impl Guids {
    pub(crate) fn new(installation: Installation, tenant: &TenantId) -> Self {
        let numbers = [installation.cluster_id, installation.incarnation_id];
        let bytes = numbers.iter().flat_map(|number| number.to_be_bytes()).chain(tenant.0.bytes());
        // FNV-1a: any hash that never changes will do.
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        Self { check: ((hash >> 32) as u32 ^ hash as u32) & 0x1f_ffff }
    }

    pub(crate) fn task(&self, id: TaskId) -> String {
        self.encode(Kind::Task, id.0, 0)
    }

    pub(crate) fn entity(&self, id: EntityId) -> String {
        self.encode(Kind::Entity, id.group.0, id.object.0)
    }

    pub(crate) fn backup(&self, key: BackupKey) -> String {
        self.encode(Kind::Backup, key.run.0, key.object.0)
    }

    pub(crate) fn backup_location(&self, key: BackupKey) -> String {
        self.encode(Kind::BackupLocation, key.run.0, key.object.0)
    }

    pub(crate) fn source(&self, id: ObjectId) -> String {
        self.encode(Kind::Source, id.0, 0)
    }

    /// The guid of a node; none is the built-in one.
    pub(crate) fn node(&self, id: Option<NodeId>) -> String {
        self.encode(Kind::Node, id.map_or(0, |id| id.0), 0)
    }

    pub(crate) fn mount(&self, id: MountId) -> String {
        self.encode(Kind::Mount, id.0, 0)
    }

    pub(crate) fn user(&self, id: UserId) -> String {
        self.encode(Kind::User, id.0, 0)
    }

    /// The one backup destination that a tenant has.
    pub(crate) fn vault(&self) -> String {
        self.encode(Kind::Vault, 0, 0)
    }

    pub(crate) fn policy(&self, id: PolicyId) -> String {
        self.encode(Kind::Policy, id.0, 0)
    }

    /// The tasks that one call made.
    pub(crate) fn batch(&self, id: i64) -> String {
        self.encode(Kind::Batch, id, 0)
    }

    pub(crate) fn parse_task(&self, guid: &str) -> Result<TaskId, ApiError> {
        Ok(TaskId(self.decode(Kind::Task, "task", guid)?.0))
    }

    pub(crate) fn parse_entity(&self, guid: &str) -> Result<EntityId, ApiError> {
        let (group, object) = self.decode(Kind::Entity, "protected entity", guid)?;
        Ok(EntityId { group: engine::GroupId(group), object: ObjectId(object) })
    }

    pub(crate) fn parse_backup(&self, guid: &str) -> Result<BackupKey, ApiError> {
        let (run, object) = self.decode(Kind::Backup, "backup", guid)?;
        Ok(BackupKey { run: RunId(run), object: ObjectId(object) })
    }

    pub(crate) fn parse_backup_location(&self, guid: &str) -> Result<BackupKey, ApiError> {
        let (run, object) = self.decode(Kind::BackupLocation, "backup location", guid)?;
        Ok(BackupKey { run: RunId(run), object: ObjectId(object) })
    }

    pub(crate) fn parse_source(&self, guid: &str) -> Result<ObjectId, ApiError> {
        Ok(ObjectId(self.decode(Kind::Source, "hypervisor or hypervisor manager", guid)?.0))
    }

    /// Which node a guid means; none is the built-in one.
    pub(crate) fn parse_node(&self, guid: &str) -> Result<Option<NodeId>, ApiError> {
        let (number, _) = self.decode(Kind::Node, "node", guid)?;
        Ok((number > 0).then_some(NodeId(number)))
    }

    pub(crate) fn parse_mount(&self, guid: &str) -> Result<MountId, ApiError> {
        Ok(MountId(self.decode(Kind::Mount, "mounted backup", guid)?.0))
    }

    pub(crate) fn parse_vault(&self, guid: &str) -> Result<(), ApiError> {
        self.decode(Kind::Vault, "backup destination", guid).map(|_| ())
    }

    pub(crate) fn parse_policy(&self, guid: &str) -> Result<PolicyId, ApiError> {
        Ok(PolicyId(self.decode(Kind::Policy, "policy rule", guid)?.0))
    }

    pub(crate) fn parse_batch(&self, guid: &str) -> Result<i64, ApiError> {
        Ok(self.decode(Kind::Batch, "workflow execution", guid)?.0)
    }

    /// Numbers that do not fit cannot occur; what cannot occur becomes a guid that means nothing.
    fn encode(&self, kind: Kind, first: i64, second: i64) -> String {
        let number = |number: i64| number.clamp(0, LARGEST) as u128;
        let check = u128::from(self.check);
        let bits = number(first) << 80
            | 0x8 << 76
            | u128::from(kind as u8) << 71
            | (check >> 14) << 64
            | 0b10 << 62
            | (check & 0x3fff) << 48
            | number(second);
        let hex = format!("{bits:032x}");
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    fn decode(&self, kind: Kind, name: &str, guid: &str) -> Result<(i64, i64), ApiError> {
        let missing = || ApiError::not_found(name, guid);
        let dashes = |(at, c): (usize, char)| (c == '-') == matches!(at, 8 | 13 | 18 | 23);
        if guid.len() != 36 || !guid.char_indices().all(dashes) {
            return Err(missing());
        }
        let bits = u128::from_str_radix(&guid.replace('-', ""), 16).map_err(|_| missing())?;
        let number = |bits: u128| (bits & LARGEST as u128) as i64;
        let (first, second) = (number(bits >> 80), number(bits));
        // Whatever does not come out the same was not made here, or for something else.
        match self.encode(kind, first, second).eq_ignore_ascii_case(guid) {
            true => Ok((first, second)),
            false => Err(missing()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guids(tenant: &str) -> Guids {
        Guids::new(Installation { cluster_id: 7, incarnation_id: 9 }, &TenantId(tenant.to_owned()))
    }

    #[test]
    fn guids_lead_back() {
        let guids = guids("a/");
        let key = BackupKey { run: RunId(LARGEST), object: ObjectId(3) };
        assert_eq!(guids.parse_backup(&guids.backup(key)).unwrap(), key);
        assert_eq!(guids.parse_task(&guids.task(TaskId(1)).to_uppercase()).unwrap(), TaskId(1));
        assert_eq!(guids.parse_node(&guids.node(None)).unwrap(), None);
        let entity = EntityId { group: engine::GroupId(5), object: ObjectId(6) };
        assert_eq!(guids.parse_entity(&guids.entity(entity)).unwrap(), entity);
    }

    #[test]
    fn guids_have_the_shape_of_uuids() {
        let guid = guids("a/").task(TaskId(0x1234));
        assert_eq!((guid.len(), guid.as_bytes()[14]), (36, b'8'), "{guid}");
        assert!(matches!(guid.as_bytes()[19], b'8'..=b'b'), "{guid}");
    }

    #[test]
    fn what_was_made_for_something_else_is_not_there() {
        let (ours, theirs) = (guids("a/"), guids("b/"));
        let guid = ours.task(TaskId(1));
        for stranger in [
            &ours.mount(MountId(1)),
            &theirs.task(TaskId(1)),
            &guid.replace('-', "+"),
            &guid[..35],
            "",
            "1",
            "ääääääää-äää-äää-äää-ää",
        ] {
            assert!(ours.parse_task(stranger).is_err(), "{stranger}");
        }
        assert_eq!(ours.parse_task(&guid).unwrap(), TaskId(1));
    }
}
