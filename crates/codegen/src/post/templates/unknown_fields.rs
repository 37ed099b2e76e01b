/// The members of an object that the document does not know: kept as they came, and sent back with the object.
///
/// `Debug` shows their names and not their values, since nobody can say what is in them.
#[derive(Clone, Default, PartialEq)]
pub struct UnknownFields(Option<Box<serde_json::Map<String, serde_json::Value>>>);

impl UnknownFields {
    /// Whether there is none, which is what is to be expected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |fields| fields.len())
    }

    /// The value of the member with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&serde_json::Value> {
        self.0.as_ref()?.get(name)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &serde_json::Value)> {
        self.0.iter().flat_map(|fields| fields.iter()).map(|(name, value)| (name.as_str(), value))
    }

    /// Sets a member and gives the value it had. The name should be none that the document knows: the object
    /// would have it twice.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Option<serde_json::Value> {
        self.0.get_or_insert_default().insert(name.into(), value.into())
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<serde_json::Value> {
        let fields = self.0.as_mut()?;
        let removed = fields.remove(name);
        if fields.is_empty() {
            self.0 = None;
        }
        removed
    }

    /// Keeps the member whose name was read last.
    #[cold]
    fn read<'de, A: serde::de::MapAccess<'de>>(&mut self, name: BorrowedText<'de>, map: &mut A) -> Result<(), A::Error> {
        let value = map.next_value()?;
        self.0.get_or_insert_default().insert(name.0.into_owned(), value);
        Ok(())
    }

    /// Writes all of them as members of `map`.
    fn write<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}

impl std::fmt::Debug for UnknownFields {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}
