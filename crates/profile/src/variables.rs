//! Every environment variable that is read, in one place.

/// The file of the profiles, in place of `strongroom/config.toml` in the folder for configuration.
pub const CONFIG: &str = "STRONGROOM_CONFIG";

/// The profile to use when none is named otherwise.
pub const PROFILE: &str = "STRONGROOM_PROFILE";

/// Where secrets are kept: `auto`, which is the same as not set, takes the keyring of the operating system when
/// there is one and a file otherwise; `file` and `off` never ask a keyring; `only` never uses a file.
pub const KEYRING: &str = "STRONGROOM_KEYRING";

/// A file with the certificate authorities to trust besides those of the operating system, in PEM.
pub const CA_FILE: &str = "STRONGROOM_CA_FILE";

/// A file with a client certificate and its private key, in PEM.
pub const CLIENT_CERTIFICATE: &str = "STRONGROOM_CLIENT_CERTIFICATE";

/// Where the IBM service is. This and the others of `BACKUP_RECOVERY_` are those of IBM's SDKs, as far as they are
/// named here.
pub const IBM_URL: &str = "BACKUP_RECOVERY_URL";

/// The tenant; our own, since IBM's SDKs take it with every call.
pub const IBM_TENANT: &str = "BACKUP_RECOVERY_TENANT_ID";

/// How to prove who calls: `iam` (unless set), `bearerToken` or `noAuth`.
pub const IBM_AUTH_TYPE: &str = "BACKUP_RECOVERY_AUTH_TYPE";

/// The API key.
pub const IBM_API_KEY: &str = "BACKUP_RECOVERY_APIKEY";

/// The API key, under its older name, which goes first.
pub const IBM_IAM_API_KEY: &str = "BACKUP_RECOVERY_IAM_APIKEY";

/// Where tokens come from, `https://iam.cloud.ibm.com` unless set.
pub const IBM_AUTH_URL: &str = "BACKUP_RECOVERY_AUTH_URL";

/// A token that somebody else keeps fresh, for `bearerToken`.
pub const IBM_BEARER_TOKEN: &str = "BACKUP_RECOVERY_BEARER_TOKEN";

/// The file with properties of IBM's SDKs, in place of `ibm-credentials.env` in the working folder or else the home
/// folder.
pub const IBM_CREDENTIALS_FILE: &str = "IBM_CREDENTIALS_FILE";

/// Where the Storware server is.
pub const STORWARE_URL: &str = "STORWARE_URL";

/// Who logs in at the Storware server.
pub const STORWARE_LOGIN: &str = "STORWARE_LOGIN";

/// With which password.
pub const STORWARE_PASSWORD: &str = "STORWARE_PASSWORD";
