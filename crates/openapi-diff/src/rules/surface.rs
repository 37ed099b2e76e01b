//! Operations, parameters, bodies, answers, security, servers, names and words.

use super::Rule;
use crate::Direction::{Request, Response};
use crate::Impact::{Major, Minor, Patch, SdkBreaking};

macro_rules! surface {
    ($($name:ident: $id:literal, $impact:expr, $direction:expr, inverse $inverse:literal,
        $consequence:literal, $advice:literal;)*) => {
        $(pub(crate) const $name: &Rule = &Rule {
            id: $id,
            impact: $impact,
            direction: $direction,
            inverse: $inverse,
            consequence: $consequence,
            advice: $advice,
        };)*
        pub(super) const ALL: &[&Rule] = &[$($name),*];
    };
}

surface! {
    // Operations.
    OPERATION_ADDED: "operation-added", Minor, None, inverse "operation-removed",
        "clients can call it", "";
    OPERATION_REMOVED: "operation-removed", Major, None, inverse "operation-added",
        "whoever calls it gets an error", "stop calling it";
    OPERATION_DEPRECATED: "operation-deprecated", Minor, None, inverse "operation-reinstated",
        "it works as before and is going to be removed", "plan for a replacement";
    OPERATION_REINSTATED: "operation-reinstated", Minor, None, inverse "operation-deprecated",
        "it is no longer going to be removed", "";
    OPERATION_ID_CHANGED: "operation-id-changed", SdkBreaking, None, inverse "operation-id-changed",
        "the generated method has another name, and programs that call it do not compile",
        "call the method by its new name";
    PATH_PARAMETER_RENAMED: "path-parameter-renamed", SdkBreaking, None, inverse "path-parameter-renamed",
        "generated methods name the argument differently, and calls with named arguments do not compile",
        "pass the argument by its new name";
    OPERATION_TAG_ADDED: "operation-tag-added", Patch, None, inverse "operation-tag-removed",
        "generators that make a class for each tag offer the method in one more", "";
    OPERATION_TAG_REMOVED: "operation-tag-removed", SdkBreaking, None, inverse "operation-tag-added",
        "generators that make a class or a module for each tag no longer have the method there",
        "call the method where its other tag puts it";
    FIRST_TAG_CHANGED: "operation-first-tag-changed", SdkBreaking, None,
        inverse "operation-first-tag-changed",
        "generators that make a class or a module for each tag put the method into another",
        "call the method where its new tag puts it";
    CALLBACK_ADDED: "callback-added", Minor, Some(Response), inverse "callback-removed",
        "clients can let themselves be called", "";
    CALLBACK_REMOVED: "callback-removed", Major, Some(Response), inverse "callback-added",
        "clients that wait to be called wait in vain", "ask for the state instead";

    // Parameters.
    PARAMETER_ADDED: "parameter-added", Minor, Some(Request), inverse "parameter-removed",
        "clients can send it and need not", "";
    REQUIRED_PARAMETER_ADDED: "required-parameter-added", Major, Some(Request), inverse "parameter-removed",
        "requests without it are refused, and every client up to now sends none", "send it with every request";
    PARAMETER_REMOVED: "parameter-removed", Major, Some(Request), inverse "parameter-added",
        "clients that send it are refused, or not heeded", "stop sending it";
    PARAMETER_BECAME_REQUIRED: "parameter-became-required", Major, Some(Request),
        inverse "parameter-became-optional",
        "requests that leave it out are refused", "send it with every request";
    PARAMETER_BECAME_OPTIONAL: "parameter-became-optional", Minor, Some(Request),
        inverse "parameter-became-required", "clients may leave it out", "";
    PARAMETER_LOCATION_CHANGED: "parameter-location-changed", Major, Some(Request),
        inverse "parameter-location-changed",
        "clients send it where the server no longer looks", "send it in its new place";
    PARAMETER_SERIALIZATION_CHANGED: "parameter-serialization-changed", Major, Some(Request),
        inverse "parameter-serialization-changed",
        "clients write the value in a form that the server reads differently", "write it in the new form";
    PARAMETER_EMPTY_ALLOWED: "parameter-empty-value-allowed", Minor, Some(Request),
        inverse "parameter-empty-value-refused", "clients may send it without a value", "";
    PARAMETER_EMPTY_REFUSED: "parameter-empty-value-refused", Major, Some(Request),
        inverse "parameter-empty-value-allowed",
        "requests that send it without a value are refused", "send a value or leave it out";
    PARAMETER_DEPRECATED: "parameter-deprecated", Minor, Some(Request), inverse "parameter-reinstated",
        "it works as before and is going to be removed", "plan to do without it";
    PARAMETER_REINSTATED: "parameter-reinstated", Minor, Some(Request), inverse "parameter-deprecated",
        "it is no longer going to be removed", "";
    PARAMETERS_REORDERED: "parameters-reordered", SdkBreaking, None, inverse "parameters-reordered",
        "generated methods take their arguments in another order, and values of one type trade places unnoticed",
        "put the arguments into the new order";

    // Bodies of requests.
    BODY_ADDED: "request-body-added", Minor, Some(Request), inverse "request-body-removed",
        "clients can send a body and need not", "";
    REQUIRED_BODY_ADDED: "required-request-body-added", Major, Some(Request), inverse "request-body-removed",
        "requests without a body are refused, and every client up to now sends none",
        "send a body with every request";
    BODY_REMOVED: "request-body-removed", Major, Some(Request), inverse "request-body-added",
        "what clients send in the body is refused, or not heeded", "stop sending a body";
    BODY_BECAME_REQUIRED: "request-body-became-required", Major, Some(Request),
        inverse "request-body-became-optional",
        "requests without a body are refused", "send a body with every request";
    BODY_BECAME_OPTIONAL: "request-body-became-optional", Minor, Some(Request),
        inverse "request-body-became-required", "clients may leave the body out", "";
    REQUEST_MEDIA_ADDED: "request-media-type-added", Minor, Some(Request),
        inverse "request-media-type-removed", "clients may send the body in this form too", "";
    REQUEST_MEDIA_REMOVED: "request-media-type-removed", Major, Some(Request),
        inverse "request-media-type-added",
        "requests with a body of this form are refused", "send the body in a form that is left";
    REQUEST_ENCODING_CHANGED: "request-encoding-changed", Major, Some(Request),
        inverse "request-encoding-changed",
        "clients write this part of the body in a form that the server reads differently",
        "write it in the new form";

    // Answers.
    SUCCESS_STATUS_ADDED: "response-success-status-added", Minor, Some(Response),
        inverse "response-success-status-removed",
        "clients that list the answers they understand have to learn one more", "";
    SUCCESS_STATUS_REMOVED: "response-success-status-removed", Major, Some(Response),
        inverse "response-success-status-added",
        "clients that wait for this answer never get it", "take one of the other answers for success";
    ERROR_STATUS_ADDED: "response-error-status-added", Minor, Some(Response),
        inverse "response-error-status-removed",
        "clients can tell this error apart; until then they treat it as any other", "";
    ERROR_STATUS_REMOVED: "response-error-status-removed", Minor, Some(Response),
        inverse "response-error-status-added",
        "this error no longer comes, and what clients do about it is idle", "";
    RESPONSE_MEDIA_ADDED: "response-media-type-added", Minor, Some(Response),
        inverse "response-media-type-removed", "clients may ask for the answer in this form too", "";
    RESPONSE_MEDIA_REMOVED: "response-media-type-removed", Major, Some(Response),
        inverse "response-media-type-added",
        "clients that read the answer in this form never get it", "read the answer in a form that is left";
    RESPONSE_HEADER_ADDED: "response-header-added", Minor, Some(Response),
        inverse "response-header-removed", "clients can read it", "";
    RESPONSE_HEADER_REMOVED: "response-header-removed", Major, Some(Response),
        inverse "response-header-added",
        "clients that read it find nothing", "do without it";
    RESPONSE_HEADER_BECAME_REQUIRED: "response-header-became-required", Minor, Some(Response),
        inverse "response-header-became-optional", "clients can rely on it", "";
    RESPONSE_HEADER_BECAME_OPTIONAL: "response-header-became-optional", Major, Some(Response),
        inverse "response-header-became-required",
        "clients that rely on it fail where it is missing", "expect answers without it";
    RESPONSE_HEADER_SERIALIZATION_CHANGED: "response-header-serialization-changed", Major, Some(Response),
        inverse "response-header-serialization-changed",
        "clients read the value in a form that the server no longer writes", "read it in the new form";
    LINK_CHANGED: "response-link-changed", Patch, None, inverse "response-link-changed",
        "what follows from an answer is told differently; no request and no answer changes", "";

    // Security.
    SECURITY_REQUIRED: "security-required", Major, Some(Request), inverse "security-dropped",
        "requests without credentials are refused", "send credentials";
    SECURITY_DROPPED: "security-dropped", Minor, Some(Request), inverse "security-required",
        "requests need no credentials any more; what clients send is not looked at", "";
    SECURITY_ALTERNATIVE_ADDED: "security-alternative-added", Minor, Some(Request),
        inverse "security-alternative-removed", "clients may prove who they are in this way too", "";
    SECURITY_ALTERNATIVE_REMOVED: "security-alternative-removed", Major, Some(Request),
        inverse "security-alternative-added",
        "requests that prove who sends them in this way are refused", "use one of the ways that are left";
    SECURITY_SCOPE_ADDED: "security-scope-added", Major, Some(Request), inverse "security-scope-removed",
        "requests with a token that lacks this scope are refused", "ask for the scope";
    SECURITY_SCOPE_REMOVED: "security-scope-removed", Minor, Some(Request), inverse "security-scope-added",
        "tokens without this scope suffice", "";
    SCHEME_ADDED: "security-scheme-added", Minor, None, inverse "security-scheme-removed",
        "generated clients can be configured with it", "";
    SCHEME_REMOVED: "security-scheme-removed", SdkBreaking, None, inverse "security-scheme-added",
        "generated clients can no longer be configured with it", "configure another scheme";
    SCHEME_RENAMED: "security-scheme-renamed", SdkBreaking, None, inverse "security-scheme-renamed",
        "generated clients know the scheme by another name", "configure it by its new name";
    SCHEME_CHANGED: "security-scheme-changed", Major, Some(Request), inverse "security-scheme-changed",
        "clients bring their credentials in a way that is not understood any more, or to the wrong place",
        "configure the scheme anew";
    FLOW_ADDED: "oauth-flow-added", Minor, Some(Request), inverse "oauth-flow-removed",
        "clients may get tokens in this way too", "";
    FLOW_REMOVED: "oauth-flow-removed", Major, Some(Request), inverse "oauth-flow-added",
        "clients that get their tokens in this way get none", "get tokens in a way that is left";
    SCOPE_ADDED: "oauth-scope-added", Minor, Some(Request), inverse "oauth-scope-removed",
        "clients can ask for it", "";
    SCOPE_REMOVED: "oauth-scope-removed", Major, Some(Request), inverse "oauth-scope-added",
        "clients that ask for it are refused a token", "stop asking for it";

    // Servers.
    SERVER_ADDED: "server-added", Minor, None, inverse "server-removed",
        "clients can be pointed at it", "";
    SERVER_REMOVED: "server-removed", Major, None, inverse "server-added",
        "clients that are pointed at it reach nobody", "point clients at another";
    DEFAULT_SERVER_CHANGED: "default-server-changed", SdkBreaking, None, inverse "default-server-changed",
        "generated clients that are told no server go to another one", "name the server";
    SERVER_DEFAULT_CHANGED: "server-variable-default-changed", SdkBreaking, None,
        inverse "server-variable-default-changed",
        "generated clients that leave this part of the address alone go to another server", "name the server";
    SERVER_VALUE_ADDED: "server-variable-value-added", Minor, None, inverse "server-variable-value-removed",
        "clients can be pointed at it", "";
    SERVER_VALUE_REMOVED: "server-variable-value-removed", Major, None, inverse "server-variable-value-added",
        "clients that are pointed at it reach nobody", "point clients at another";

    // Names of components.
    SCHEMA_ADDED: "schema-added", Minor, None, inverse "schema-removed",
        "generated code has a type more", "";
    SCHEMA_REMOVED: "schema-removed", SdkBreaking, None, inverse "schema-added",
        "generated code no longer has the type, and programs that name it do not compile",
        "take out what names the type";
    SCHEMA_RENAMED: "schema-renamed", SdkBreaking, None, inverse "schema-renamed",
        "the generated type has another name, and programs that name it do not compile",
        "name the type by its new name";
    SCHEMA_REPLACED: "schema-replaced", SdkBreaking, None, inverse "schema-replaced",
        "generated code has another type in this place, and programs that pass the old one do not compile",
        "use the other type here";
    SCHEMA_EXTRACTED: "schema-extracted", SdkBreaking, None, inverse "schema-inlined",
        "generated code names this type after the component instead of its place, and programs that name it do \
         not compile",
        "name the type by its new name";
    SCHEMA_INLINED: "schema-inlined", SdkBreaking, None, inverse "schema-extracted",
        "generated code names this type after its place instead of the component, and programs that name it do \
         not compile",
        "name the type by its new name";
    BASE_TYPE_CHANGED: "base-type-changed", SdkBreaking, None, inverse "base-type-changed",
        "generated code derives or composes the type differently, though its members stay",
        "convert where the base type was used";
    SCHEMA_TITLE_CHANGED: "schema-title-changed", SdkBreaking, None, inverse "schema-title-changed",
        "generators that name types after titles name this one differently", "name the type by its new name";
    ENUM_NAMES_CHANGED: "enum-names-changed", SdkBreaking, None, inverse "enum-names-changed",
        "generated code names a value differently, and programs that name it do not compile",
        "name the value by its new name";
    DISCRIMINATOR_ADDED: "discriminator-added", SdkBreaking, None, inverse "discriminator-removed",
        "generated code makes another type of the alternatives", "match on the new type";
    DISCRIMINATOR_REMOVED: "discriminator-removed", SdkBreaking, None, inverse "discriminator-added",
        "generated code makes another type of the alternatives, and tells them apart by trying",
        "match on the new type";
    COMPONENT_ADDED: "component-added", Patch, None, inverse "component-removed",
        "a part that was written out, or is new, has a name", "";
    COMPONENT_REMOVED: "component-removed", SdkBreaking, None, inverse "component-added",
        "generators that make a type of each named part no longer make this one",
        "take out what names it";
    COMPONENT_RENAMED: "component-renamed", SdkBreaking, None, inverse "component-renamed",
        "generators that make a type of each named part name this one differently",
        "name it by its new name";

    // The document itself.
    TITLE_CHANGED: "title-changed", SdkBreaking, None, inverse "title-changed",
        "generators that name the package after the title name it differently", "import it by its new name";
    VERSION_CHANGED: "version-changed", Patch, None, inverse "version-changed",
        "the document has another version", "";
    INFO_CHANGED: "info-changed", Patch, None, inverse "info-changed",
        "what is told about the API has changed", "";
    OPENAPI_VERSION_CHANGED: "openapi-version-changed", Patch, None, inverse "openapi-version-changed",
        "tools that read the document have to know this version of OpenAPI", "";
    TAG_CHANGED: "tag-changed", Patch, None, inverse "tag-changed",
        "the reference arranges or describes operations differently", "";
    DOCUMENTATION_CHANGED: "documentation-changed", Patch, None, inverse "documentation-changed",
        "readers find other words", "";
    EXAMPLE_CHANGED: "example-changed", Patch, None, inverse "example-changed",
        "readers find another example", "";
    EXTENSION_CHANGED: "extension-changed", Patch, None, inverse "extension-changed",
        "only tools that know the extension notice", "";
    KEYWORD_CHANGED: "unknown-keyword-changed", Patch, None, inverse "unknown-keyword-changed",
        "no reader of OpenAPI 3.0 knows this keyword", "";
    UNUSED_CHANGED: "unused-part-changed", Patch, None, inverse "unused-part-changed",
        "no request and no answer carries it", "";
    WRITTEN_DIFFERENTLY: "written-differently", Patch, None, inverse "written-differently",
        "it says the same in another way", "";
}
