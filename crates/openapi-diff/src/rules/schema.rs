//! The values that are sent and received, judged once for each direction.
//!
//! A schema is a set of values. What makes the set smaller breaks whoever sends, what makes it larger breaks
//! whoever reads. Where the set only shrinks for readers, or only grows for senders, and generated code
//! still changes its types, the change is sdk-breaking.

use super::Rule;
use crate::Direction;
use crate::Impact::{Major, Minor, Patch, SdkBreaking};

/// A rule for both directions.
#[derive(Debug)]
pub(crate) struct Both {
    pub(crate) request: Rule,
    pub(crate) response: Rule,
}

macro_rules! schema {
    ($($name:ident: $what:literal, inverse $inverse:literal,
        request $request:expr, $breaks:literal, $do:literal;
        response $response:expr, $reads:literal, $expect:literal;)*) => {
        $(pub(crate) static $name: Both = Both {
            request: Rule {
                id: concat!("request-", $what),
                impact: $request,
                direction: Some(Direction::Request),
                inverse: concat!("request-", $inverse),
                consequence: $breaks,
                advice: $do,
            },
            response: Rule {
                id: concat!("response-", $what),
                impact: $response,
                direction: Some(Direction::Response),
                inverse: concat!("response-", $inverse),
                consequence: $reads,
                advice: $expect,
            },
        };)*
        pub(super) static ALL: &[&Both] = &[$(&$name),*];
    };
}

schema! {
    TYPE_CHANGED: "type-changed", inverse "type-changed",
        request Major, "values of the old type are refused", "send values of the new type";
        response Major, "readers that expect the old type fail", "read values of the new type";
    TYPE_WIDENED: "type-widened", inverse "type-narrowed",
        request SdkBreaking, "what clients send is still taken, but generated code has another type here",
            "convert to the new type";
        response Major, "readers of whole numbers fail at fractions", "read fractions";
    TYPE_NARROWED: "type-narrowed", inverse "type-widened",
        request Major, "fractions are refused", "send whole numbers";
        response SdkBreaking, "readers go on working, but generated code has another type here",
            "convert from the new type";
    TYPE_ADDED: "type-added", inverse "type-removed",
        request Major, "values of every other type are refused", "send values of this type";
        response SdkBreaking, "readers go on working, but generated code has a narrower type here",
            "use the new type";
    TYPE_REMOVED: "type-removed", inverse "type-added",
        request SdkBreaking, "what clients send is still taken, but generated code has an open type here",
            "use the new type";
        response Major, "readers that expect one type fail at others", "expect values of any type";
    FORMAT_ADDED: "format-added", inverse "format-removed",
        request Major, "values that are not of this format are refused", "send values of this format";
        response SdkBreaking, "readers go on working, but generated code has another type for this format",
            "use the new type";
    FORMAT_REMOVED: "format-removed", inverse "format-added",
        request SdkBreaking, "what clients send is still taken, but generated code has another type here",
            "use the new type";
        response Major, "readers that parse the old format fail at other values", "expect other values";
    FORMAT_CHANGED: "format-changed", inverse "format-changed",
        request Major, "values of the old format are refused", "send values of the new format";
        response Major, "readers that parse the old format fail", "read the new format";
    FORMAT_WIDENED: "format-widened", inverse "format-narrowed",
        request SdkBreaking, "what clients send is still taken, but generated code has a wider type here",
            "use the wider type";
        response Major, "readers of the narrower numbers overflow or lose digits", "read the wider numbers";
    FORMAT_NARROWED: "format-narrowed", inverse "format-widened",
        request Major, "numbers beyond the narrower range are refused", "stay in the narrower range";
        response SdkBreaking, "readers go on working, but generated code has a narrower type here",
            "use the narrower type";
    BECAME_NULLABLE: "became-nullable", inverse "became-not-nullable",
        request Minor, "clients may send null", "";
        response Major, "readers that expect a value fail at null", "expect null";
    BECAME_NOT_NULLABLE: "became-not-nullable", inverse "became-nullable",
        request Major, "requests with null are refused", "send a value";
        response Minor, "null no longer comes", "";
    ENUM_VALUE_ADDED: "enum-value-added", inverse "enum-value-removed",
        request Minor, "clients may send it", "";
        response Major, "readers that know only the listed values fail at it", "expect the new value";
    ENUM_VALUE_REMOVED: "enum-value-removed", inverse "enum-value-added",
        request Major, "requests with this value are refused", "send another value";
        response SdkBreaking, "it no longer comes, and programs that name it do not compile",
            "take out what names it";
    ENUM_ADDED: "enum-added", inverse "enum-removed",
        request Major, "values that are not listed are refused", "send one of the listed values";
        response SdkBreaking, "readers go on working, but generated code has an enumeration here",
            "use the enumeration";
    ENUM_REMOVED: "enum-removed", inverse "enum-added",
        request SdkBreaking, "what clients send is still taken, but generated code has no enumeration here",
            "use the plain type";
        response Major, "readers that know only the listed values fail at others", "expect any value";
    BOUND_TIGHTENED: "bound-tightened", inverse "bound-loosened",
        request Major, "values beyond the new bound are refused", "stay within the new bound";
        response Minor, "readers can rely on more", "";
    BOUND_LOOSENED: "bound-loosened", inverse "bound-tightened",
        request Minor, "clients may send more than before", "";
        response Major, "readers that rely on the old bound fail at values beyond it",
            "expect values beyond the old bound";
    BOUND_CHANGED: "bound-changed", inverse "bound-changed",
        request Major, "values that kept to the old rule are refused", "keep to the new rule";
        response Major, "readers that rely on the old rule fail", "expect values by the new rule";
    PATTERN_ADDED: "pattern-added", inverse "pattern-removed",
        request Major, "values that do not match are refused", "send values that match";
        response Minor, "readers can rely on the form", "";
    PATTERN_REMOVED: "pattern-removed", inverse "pattern-added",
        request Minor, "clients may send values of any form", "";
        response Major, "readers that rely on the form fail at other values", "expect values of any form";
    PATTERN_CHANGED: "pattern-changed", inverse "pattern-changed",
        request Major, "values that match the old pattern only are refused", "send values that match the new one";
        response Major, "readers that rely on the old form fail", "expect values of the new form";
    DEFAULT_ADDED: "default-added", inverse "default-removed",
        request Minor, "clients know what holds when they leave it out", "";
        response Minor, "readers know what holds where it is missing", "";
    DEFAULT_REMOVED: "default-removed", inverse "default-added",
        request Major, "requests that leave it out no longer mean what they meant", "send the old default";
        response Minor, "readers that fill in a default have none", "";
    DEFAULT_CHANGED: "default-changed", inverse "default-changed",
        request Major, "requests that leave it out mean something else than before", "send the old default";
        response Minor, "readers that fill in the default fill in another", "";
    PROPERTY_ADDED: "property-added", inverse "property-removed",
        request Minor, "clients can send it and need not", "";
        response Minor, "readers can use it; those that do not know it pass over it", "";
    REQUIRED_PROPERTY_ADDED: "required-property-added", inverse "property-removed",
        request Major, "requests without it are refused, and every client up to now sends none",
            "send it with every request";
        response Minor, "readers can rely on it; those that do not know it pass over it", "";
    CLOSED_PROPERTY_ADDED: "property-added-to-closed-object", inverse "property-removed",
        request Minor, "clients can send it and need not", "";
        response Major, "readers were promised no further members, and strict ones fail at it",
            "expect the new member";
    PROPERTY_REMOVED: "property-removed", inverse "property-added",
        request Major, "clients that send it are refused, or not heeded", "stop sending it";
        response Major, "readers that use it find nothing", "do without it";
    PROPERTY_BECAME_REQUIRED: "property-became-required", inverse "property-became-optional",
        request Major, "requests that leave it out are refused", "send it with every request";
        response Minor, "readers can rely on it", "";
    PROPERTY_BECAME_OPTIONAL: "property-became-optional", inverse "property-became-required",
        request Minor, "clients may leave it out", "";
        response Major, "readers that rely on it fail where it is missing", "expect it to be missing";
    PROPERTY_BECAME_READ_ONLY: "property-became-read-only", inverse "property-became-not-read-only",
        request Major, "clients that send it are refused, or not heeded", "stop sending it";
        response Patch, "answers carry it as before", "";
    PROPERTY_BECAME_NOT_READ_ONLY: "property-became-not-read-only", inverse "property-became-read-only",
        request Minor, "clients can send it and need not", "";
        response Patch, "answers carry it as before", "";
    REQUIRED_PROPERTY_BECAME_NOT_READ_ONLY: "required-property-became-not-read-only",
        inverse "property-became-read-only",
        request Major, "requests without it are refused, and every client up to now sends none",
            "send it with every request";
        response Patch, "answers carry it as before", "";
    PROPERTY_BECAME_WRITE_ONLY: "property-became-write-only", inverse "property-became-not-write-only",
        request Patch, "requests carry it as before", "";
        response Major, "readers that use it find nothing", "do without it";
    PROPERTY_BECAME_NOT_WRITE_ONLY: "property-became-not-write-only", inverse "property-became-write-only",
        request Patch, "requests carry it as before", "";
        response Minor, "readers can use it; those that do not know it pass over it", "";
    ADDITIONAL_NARROWED: "additional-properties-narrowed", inverse "additional-properties-widened",
        request Major, "requests with members that are not named are refused, or only some of them taken",
            "send the named members only";
        response Minor, "readers can rely on what else may come", "";
    ADDITIONAL_WIDENED: "additional-properties-widened", inverse "additional-properties-narrowed",
        request Minor, "clients may send more members", "";
        response Major, "readers that refuse members they do not know, or of another type, fail",
            "expect more members";
    ITEMS_ADDED: "items-added", inverse "items-removed",
        request Major, "items of every other sort are refused", "send items of this sort";
        response SdkBreaking, "readers go on working, but generated code has another type for items",
            "use the new type";
    ITEMS_REMOVED: "items-removed", inverse "items-added",
        request SdkBreaking, "what clients send is still taken, but generated code has an open type for items",
            "use the new type";
        response Major, "readers that expect items of one sort fail at others", "expect items of any sort";
    VARIANT_ADDED: "variant-added", inverse "variant-removed",
        request Minor, "clients may send it", "";
        response Major, "readers that know only the listed alternatives fail at it", "expect the new alternative";
    VARIANT_REMOVED: "variant-removed", inverse "variant-added",
        request Major, "requests with this alternative are refused", "send another alternative";
        response SdkBreaking, "it no longer comes, and programs that name it do not compile",
            "take out what names it";
    UNION_ADDED: "union-added", inverse "union-removed",
        request Major, "values that are none of the alternatives are refused", "send one of the alternatives";
        response SdkBreaking, "readers go on working, but generated code has another type here",
            "use the new type";
    UNION_REMOVED: "union-removed", inverse "union-added",
        request SdkBreaking, "what clients send is still taken, but generated code has another type here",
            "use the new type";
        response Major, "readers that know only the listed alternatives fail at others",
            "expect other values";
    UNION_TIGHTENED: "union-tightened", inverse "union-loosened",
        request Major, "values that are several of the alternatives at once are refused",
            "send values that are one of them";
        response SdkBreaking, "readers go on working, but generated code has another type here",
            "use the new type";
    UNION_LOOSENED: "union-loosened", inverse "union-tightened",
        request SdkBreaking, "what clients send is still taken, but generated code has another type here",
            "use the new type";
        response Major, "readers that expect exactly one of the alternatives fail at several at once",
            "expect several at once";
    DISCRIMINATOR_CHANGED: "discriminator-property-changed", inverse "discriminator-property-changed",
        request Major, "the server no longer finds out which alternative was sent", "send the new member";
        response Major, "readers no longer find out which alternative came", "look at the new member";
    DISCRIMINATOR_VALUE_ADDED: "discriminator-value-added", inverse "discriminator-value-removed",
        request Minor, "clients may send it", "";
        response Major, "readers that know only the listed values fail at it", "expect the new value";
    DISCRIMINATOR_VALUE_REMOVED: "discriminator-value-removed", inverse "discriminator-value-added",
        request Major, "requests with this value are refused", "send another value";
        response SdkBreaking, "it no longer comes, and programs that name it do not compile",
            "take out what names it";
    DISCRIMINATOR_VALUE_CHANGED: "discriminator-value-changed", inverse "discriminator-value-changed",
        request Major, "the server takes the value for another alternative", "send what the new one wants";
        response Major, "readers take the value for the wrong alternative", "read what the new one holds";
    ALL_OF_ADDED: "all-of-added", inverse "all-of-removed",
        request Major, "values that do not keep to this part too are refused", "keep to it";
        response Minor, "readers can rely on more", "";
    ALL_OF_REMOVED: "all-of-removed", inverse "all-of-added",
        request Minor, "clients need not keep to this part any more", "";
        response Major, "readers that rely on this part fail where it does not hold",
            "expect values without it";
    NOT_ADDED: "exclusion-added", inverse "exclusion-removed",
        request Major, "excluded values are refused", "send other values";
        response Minor, "excluded values no longer come", "";
    NOT_REMOVED: "exclusion-removed", inverse "exclusion-added",
        request Minor, "clients may send what was excluded", "";
        response Major, "readers that rely on the exclusion fail at what was excluded", "expect such values";
    NOT_CHANGED: "exclusion-changed", inverse "exclusion-changed",
        request Major, "other values are refused than before", "send other values";
        response Major, "values may come that were excluded", "expect such values";
    XML_CHANGED: "xml-changed", inverse "xml-changed",
        request Major, "servers that read XML do not find it", "write the new names";
        response Major, "readers of XML do not find it", "read the new names";
    DEPRECATED: "schema-deprecated", inverse "schema-reinstated",
        request Minor, "it works as before and is going to be removed", "plan to do without it";
        response Minor, "it comes as before and is going to be removed", "plan to do without it";
    REINSTATED: "schema-reinstated", inverse "schema-deprecated",
        request Minor, "it is no longer going to be removed", "";
        response Minor, "it is no longer going to be removed", "";
    CONTENT_SCHEMA_ADDED: "content-schema-added", inverse "content-schema-removed",
        request Major, "bodies that do not keep to the schema are refused", "keep to the schema";
        response SdkBreaking, "readers go on working, but generated code has a type for the body",
            "use the new type";
    CONTENT_SCHEMA_REMOVED: "content-schema-removed", inverse "content-schema-added",
        request SdkBreaking, "what clients send is still taken, but generated code has no type for the body",
            "write the body yourself";
        response Major, "readers that expect the old shape fail at others", "expect any body";
}
