/// Reads and writes a struct as an object. Derived code does the same and takes three times as long to compile.
///
/// The listed members are told to the deserializer, as derived code does, so that one can leave out all others.
macro_rules! object {
    ($name:ident, $unknown:ident { $($field:ident: $presence:ident $wire:literal,)* }) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl<'de> serde::de::Visitor<'de> for Visitor {
                    type Value = $name;
                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str(concat!("an object of type ", stringify!($name)))
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        $(let mut $field = None;)*
                        let mut $unknown = UnknownFields::default();
                        while let Some(name) = map.next_key::<BorrowedText<'de>>()? {
                            match &*name.0 {
                                $($wire => $field = object!(@value $presence map),)*
                                _ => $unknown.read(name, &mut map)?,
                            }
                        }
                        Ok($name { $($field: object!(@field $presence $field $wire),)* $unknown })
                    }
                }
                deserializer.deserialize_struct(stringify!($name), &[$($wire),*], Visitor)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                $(object!(@write $presence map self.$field $wire);)*
                self.$unknown.write(&mut map)?;
                serde::ser::SerializeMap::end(map)
            }
        }
    };
    (@value optional $map:ident) => { $map.next_value()? };
    (@value required $map:ident) => { Some($map.next_value()?) };
    (@field optional $field:ident $wire:literal) => { $field };
    (@field required $field:ident $wire:literal) => {
        $field.ok_or_else(|| <A::Error as serde::de::Error>::missing_field($wire))?
    };
    (@write optional $map:ident $self:ident.$field:ident $wire:literal) => {
        if let Some(value) = &$self.$field {
            serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, value)?;
        }
    };
    (@write required $map:ident $self:ident.$field:ident $wire:literal) => {
        serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, &$self.$field)?;
    };
}
