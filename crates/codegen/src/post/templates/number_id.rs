/// Writes an id that is a number, which is the id of one kind of thing and of no other.
macro_rules! number_id {
    ($name:ident, $what:literal) => {
        #[doc = concat!(" Id of ", $what, ", a number.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(i64);

        number!($name);
    };
}
