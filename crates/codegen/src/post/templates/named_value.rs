/// Makes an object of `name` and `description` from its name, and reads it from either.
macro_rules! named_value {
    ($name:ident($value:ty), $unknown:ident) => {
        impl From<$value> for $name {
            fn from(name: $value) -> Self {
                Self { name, description: None, $unknown: UnknownFields::default() }
            }
        }
        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self::from(<$value>::from(name))
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl<'de> serde::de::Visitor<'de> for Visitor {
                    type Value = $name;
                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str(concat!("an object of type ", stringify!($name), ", or its name"))
                    }
                    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<$name, E> {
                        Ok($name::from(name))
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut name = None;
                        let mut description = None;
                        let mut $unknown = UnknownFields::default();
                        while let Some(member) = map.next_key::<BorrowedText<'de>>()? {
                            match &*member.0 {
                                "name" => name = Some(map.next_value()?),
                                "description" => description = map.next_value()?,
                                _ => $unknown.read(member, &mut map)?,
                            }
                        }
                        let name = name.ok_or_else(|| <A::Error as serde::de::Error>::missing_field("name"))?;
                        Ok($name { name, description, $unknown })
                    }
                }
                deserializer.deserialize_any(Visitor)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                if let Some(description) = &self.description {
                    serde::ser::SerializeMap::serialize_entry(&mut map, "description", description)?;
                }
                serde::ser::SerializeMap::serialize_entry(&mut map, "name", &self.name)?;
                self.$unknown.write(&mut map)?;
                serde::ser::SerializeMap::end(map)
            }
        }
    };
}
