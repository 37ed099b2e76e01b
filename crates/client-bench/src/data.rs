//! What is read and written: made from the shapes of the document, the same on every machine.

mod fill;

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::{Value, json};

use fill::Filler;

/// The bundled document of IBM's API.
const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/ibm.json"));

/// The texts that the benchmarks read and write.
pub(crate) struct Data {
    /// Runs of a group, as the service lists them.
    pub(crate) runs: String,
    /// Policies, as the service lists them.
    pub(crate) policies: String,
    /// The body that creates a group of many machines.
    pub(crate) group: String,
}

/// How long the texts become, in bytes; they end with the first item that goes beyond.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    runs: usize,
    policies: usize,
    group: usize,
}

impl Sizes {
    pub(crate) const FULL: Self = Self { runs: 10_000_000, policies: 5_000_000, group: 2_000_000 };
    /// Long enough that every member occurs.
    pub(crate) const QUICK: Self = Self { runs: 2_000_000, policies: 1_000_000, group: 500_000 };
}

impl Data {
    /// Makes the texts.
    ///
    /// # Errors
    /// When the document lacks what they are made of.
    pub(crate) fn new(sizes: Sizes) -> io::Result<Self> {
        let document: Value = serde_json::from_str(DOCUMENT)?;
        let mut filler = Filler::new(&document);
        let runs = list(&mut filler, "ProtectionGroupRun", sizes.runs)?;
        let policies = list(&mut filler, "ProtectionPolicy", sizes.policies)?;
        Ok(Self {
            runs: json!({ "runs": runs, "totalRuns": 1_000_000 }).to_string(),
            policies: json!({ "policies": policies }).to_string(),
            group: group(&mut filler, sizes.group)?.to_string(),
        })
    }

    /// One policy, as the service gives it: the shortest of many, so that to read it is little of a call.
    ///
    /// # Errors
    /// When the document lacks it.
    pub(crate) fn policy() -> io::Result<String> {
        let document: Value = serde_json::from_str(DOCUMENT)?;
        let policies = list(&mut Filler::new(&document), "ProtectionPolicy", 1_000_000)?;
        let texts = policies.iter().map(Value::to_string);
        texts.min_by_key(String::len).ok_or_else(|| io::Error::other("there is no policy"))
    }

    /// Writes the two lists into `folder`, for programs in other languages. Gives their paths.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<[PathBuf; 2]> {
        fs::create_dir_all(folder)?;
        let paths = [folder.join("runs.json"), folder.join("policies.json")];
        fs::write(&paths[0], &self.runs)?;
        fs::write(&paths[1], &self.policies)?;
        Ok(paths)
    }
}

/// Items of one type, until they take `size` bytes.
fn list(filler: &mut Filler<'_>, item: &str, size: usize) -> io::Result<Vec<Value>> {
    let mut items = Vec::new();
    let mut taken = 0;
    while taken < size {
        let item = filler.one(item)?;
        taken += item.to_string().len() + 1;
        items.push(item);
    }
    Ok(items)
}

/// A group that protects folders of many machines.
fn group(filler: &mut Filler<'_>, size: usize) -> io::Result<Value> {
    let machines = list(filler, "PhysicalFileProtectionGroupObject", size)?;
    let mut group = filler.one("ProtectionGroupRequest")?;
    let mut physical = filler.one("PhysicalProtectionGroupParams")?;
    let mut files = filler.one("PhysicalFileProtectionGroupParams")?;
    files["objects"] = Value::Array(machines);
    physical["fileProtectionTypeParams"] = files;
    group["physicalParams"] = physical;
    Ok(group)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::hand;
    use ibm_backup_recovery::types;

    fn data() -> Data {
        Data::new(Sizes::QUICK).unwrap()
    }

    /// What is read by `T` and written again, without the members that are null.
    fn through<T: serde::de::DeserializeOwned + serde::Serialize>(text: &str) -> Value {
        let mut value = serde_json::to_value(serde_json::from_str::<T>(text).unwrap()).unwrap();
        drop_nulls(&mut value);
        value
    }

    fn drop_nulls(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|_, member| !member.is_null());
                members.values_mut().for_each(drop_nulls);
            }
            Value::Array(items) => items.iter_mut().for_each(drop_nulls),
            _ => {}
        }
    }

    #[test]
    fn ours_and_the_hand_written_types_read_and_write_all_of_it() {
        let data = data();
        let all = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert!(through::<types::ProtectionGroupRunList>(&data.runs) == all(&data.runs));
        assert!(through::<hand::ProtectionGroupRunList>(&data.runs) == all(&data.runs));
        assert!(through::<types::ProtectionPolicyList>(&data.policies) == all(&data.policies));
        assert!(through::<hand::ProtectionPolicyList>(&data.policies) == all(&data.policies));
        assert!(through::<types::ProtectionGroupRequest>(&data.group) == all(&data.group));
        assert!(through::<hand::ProtectionGroupRequest>(&data.group) == all(&data.group));
    }

    #[test]
    fn what_is_encoded_is_the_same_text_but_for_the_order_of_members() {
        let data = data();
        let ours: types::ProtectionGroupRequest = serde_json::from_str(&data.group).unwrap();
        let hand: hand::ProtectionGroupRequest = serde_json::from_str(&data.group).unwrap();
        assert_eq!(serde_json::to_vec(&ours).unwrap().len(), data.group.len());
        assert_eq!(serde_json::to_vec(&hand).unwrap().len(), data.group.len());
    }

    #[test]
    fn one_policy_is_short_and_read_by_both() {
        let text = Data::policy().unwrap();
        let all: Value = serde_json::from_str(&text).unwrap();
        assert!(text.len() < 2_000, "{} bytes", text.len());
        assert!(through::<types::ProtectionPolicy>(&text) == all);
        assert!(through::<hand::ProtectionPolicy>(&text) == all);
    }

    #[test]
    fn the_same_texts_are_made_each_time() {
        let (one, other) = (data(), data());
        assert!(one.runs == other.runs && one.policies == other.policies && one.group == other.group);
    }

    #[test]
    fn every_member_of_every_type_occurs() {
        let document: Value = serde_json::from_str(DOCUMENT).unwrap();
        let data = data();
        for (root, text) in [("ProtectionGroupRunList", &data.runs), ("ProtectionPolicyList", &data.policies)]
        {
            let mut missing = members(&document, root);
            let value = serde_json::from_str(text).unwrap();
            strike(&document, &document["components"]["schemas"][root], &value, root, &mut missing);
            assert_eq!(missing, BTreeSet::new(), "{root}");
        }
    }

    /// `Type.member` of all that `root` reaches.
    fn members(document: &Value, root: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![root.to_owned()];
        while let Some(name) = open.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            let schema = &document["components"]["schemas"][&name];
            let properties = schema["properties"].as_object();
            found
                .extend(properties.into_iter().flat_map(|all| all.keys()).map(|key| format!("{name}.{key}")));
            let text = schema.to_string();
            let references = text.split("#/components/schemas/").skip(1);
            open.extend(references.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
        found
    }

    fn strike(document: &Value, schema: &Value, value: &Value, name: &str, missing: &mut BTreeSet<String>) {
        let (schema, name) = fill::resolve(document, schema, name);
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    missing.remove(&format!("{name}.{key}"));
                    strike(document, &schema["properties"][key], member, key, missing);
                }
            }
            Value::Array(items) => {
                items.iter().for_each(|item| strike(document, &schema["items"], item, name, missing));
            }
            _ => {}
        }
    }
}
