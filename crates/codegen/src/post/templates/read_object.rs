/// Reads a struct from an object. Derived code does the same and takes three times as long to compile.
macro_rules! read_object {
    ($name:ident { $($field:ident: $presence:ident $wire:literal,)* }) => {
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
                        while let Some(key) = map.next_key::<String>()? {
                            match key.as_str() {
                                $($wire => $field = read_object!(@value $presence map),)*
                                _ => { map.next_value::<serde::de::IgnoredAny>()?; }
                            }
                        }
                        Ok($name { $($field: read_object!(@field $presence $field $wire),)* })
                    }
                }
                deserializer.deserialize_map(Visitor)
            }
        }
    };
    (@value optional $map:ident) => { $map.next_value()? };
    (@value required $map:ident) => { Some($map.next_value()?) };
    (@field optional $field:ident $wire:literal) => { $field };
    (@field required $field:ident $wire:literal) => {
        $field.ok_or_else(|| <A::Error as serde::de::Error>::missing_field($wire))?
    };
}
