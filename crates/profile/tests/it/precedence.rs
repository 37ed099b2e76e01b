//! Which source goes first, and which secrets go to which server.

use std::fs;

use strongroom_profile::{
    Connection, Error, Identity, KeyringUse, Kind, Layers, Proof, Secret, Secrets, Settings, Source,
    Surroundings,
};
use tempfile::TempDir;

use crate::place::surroundings;

/// A home with profiles, and their secrets in the file.
struct Home {
    folder: TempDir,
    around: Surroundings,
}

const PROFILES: &str = "\
default-profile = \"work\"

[profiles.work]
kind = \"ibm\"
url = \"https://work\"
iam-url = \"https://iam.work\"
tenant = \"work/\"
secret-in = \"file\"

[profiles.test]
kind = \"ibm\"
url = \"https://test\"
tenant = \"test/\"
secret-in = \"file\"

[profiles.tape]
kind = \"storware\"
url = \"https://tape\"
login = \"ada\"
secret-in = \"file\"
";

impl Home {
    fn new(variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let around = surroundings(variables, folder.path());
        let home = Self { folder, around };
        home.write(".config/strongroom/config.toml", PROFILES);
        let secrets = home.secrets();
        for name in ["work", "test", "tape"] {
            secrets.put(name, &Secret::new(format!("kept for {name}"))).unwrap();
        }
        home
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn secrets(&self) -> Secrets {
        Secrets::beside(&self.around.config_file().unwrap(), KeyringUse::Never)
    }

    fn resolve(&self, kind: Kind, flags: Settings, named: Option<&str>) -> Result<Connection, Error> {
        Layers::gather(kind, flags, named, &self.around)?.resolve(&self.secrets())
    }
}

/// Flags with a URL and a key or password, of those that are given.
fn flags(url: Option<&str>, proof: Option<Proof>) -> Settings {
    let mut settings = Settings::default();
    settings.url = url.map(str::to_owned);
    settings.proof = proof;
    settings
}

/// The server, the tenant and the secret on a line.
#[track_caller]
fn told(connection: Result<Connection, Error>) -> String {
    let connection = connection.unwrap_or_else(|error| panic!("{error}"));
    let secret = match &connection.identity {
        Identity::ApiKey(secret) | Identity::Bearer(secret) => secret.expose().to_owned(),
        Identity::Login { login, password } => format!("{login}: {}", password.expose()),
        _ => "nobody".to_owned(),
    };
    format!("{} {} {secret}", connection.url, connection.tenant.as_deref().unwrap_or("-"))
}

#[track_caller]
fn refused(connection: Result<Connection, Error>) -> String {
    let said = connection.unwrap_err().to_string();
    assert!(!said.contains("kept for") && !said.contains("hush"), "{said}");
    said
}

const URL: (&str, &str) = ("BACKUP_RECOVERY_URL", "https://env");
const KEY: (&str, &str) = ("BACKUP_RECOVERY_APIKEY", "hush of env");
const TENANT: (&str, &str) = ("BACKUP_RECOVERY_TENANT_ID", "env/");
const CREDENTIALS: &str = "BACKUP_RECOVERY_URL=https://file\nBACKUP_RECOVERY_APIKEY=hush of file\n\
                           BACKUP_RECOVERY_TENANT_ID=file/\n";

/// Flag, environment, named profile, default profile, `ibm-credentials.env`: each goes when those before it are
/// silent.
#[test]
fn the_order_of_the_sources() {
    let flag = || flags(Some("https://flag"), Some(Proof::ApiKey(Secret::new("hush of flag"))));
    let everything = [URL, KEY, TENANT, ("STRONGROOM_PROFILE", "test")];
    let home = Home::new(&everything);
    home.write("ibm-credentials.env", CREDENTIALS);
    let mut with_tenant = flag();
    with_tenant.tenant = Some("flag/".to_owned());
    assert_eq!(told(home.resolve(Kind::Ibm, with_tenant, None)), "https://flag flag/ hush of flag");
    assert_eq!(told(home.resolve(Kind::Ibm, Settings::default(), None)), "https://env env/ hush of env");

    let home = Home::new(&everything[3..]);
    home.write("ibm-credentials.env", CREDENTIALS);
    assert_eq!(told(home.resolve(Kind::Ibm, Settings::default(), None)), "https://test test/ kept for test");
    assert_eq!(
        told(home.resolve(Kind::Ibm, Settings::default(), Some("work"))),
        "https://work work/ kept for work"
    );

    let home = Home::new(&[]);
    home.write("ibm-credentials.env", CREDENTIALS);
    assert_eq!(told(home.resolve(Kind::Ibm, Settings::default(), None)), "https://work work/ kept for work");
    home.write(".config/strongroom/config.toml", "");
    assert_eq!(told(home.resolve(Kind::Ibm, Settings::default(), None)), "https://file file/ hush of file");
    home.write("ibm-credentials.env", "");
    let said = refused(home.resolve(Kind::Ibm, Settings::default(), None));
    assert_eq!(
        said,
        "no server is named: run `strongroom login`, give --url, or set BACKUP_RECOVERY_URL in the environment"
    );
}

#[test]
fn each_setting_comes_from_the_first_that_has_it() {
    let home = Home::new(&[TENANT]);
    let key = Some(Proof::ApiKey(Secret::new("hush of flag")));
    assert_eq!(told(home.resolve(Kind::Ibm, flags(None, key), None)), "https://work env/ hush of flag");
    // A flag with the address of the profile, written otherwise, is the same server.
    let same = flags(Some("https://WORK:443/v2/"), None);
    assert_eq!(told(home.resolve(Kind::Ibm, same, None)), "https://WORK:443/v2/ env/ kept for work");
}

#[test]
fn what_is_of_another_server_is_not_used() {
    let home = Home::new(&[]);
    let said = refused(home.resolve(Kind::Ibm, flags(Some("https://other"), None), None));
    assert_eq!(
        said,
        "there is no API key for https://other (that of the profile `work` is for https://work): run \
         `strongroom login`, give --api-key-file, or set BACKUP_RECOVERY_APIKEY"
    );
    // Nor is its tenant.
    let key = || Some(Proof::ApiKey(Secret::new("hush")));
    let said = refused(home.resolve(Kind::Ibm, flags(Some("https://other"), key()), None));
    assert!(said.starts_with("no tenant is named for https://other"), "{said}");
    // A key goes to the token service that it came with.
    let mut elsewhere = Settings::default();
    elsewhere.iam_url = Some("https://iam.other".to_owned());
    let said = refused(home.resolve(Kind::Ibm, elsewhere.clone(), None));
    assert!(said.contains("that of the profile `work` is for tokens of https://iam.work"), "{said}");
    let said = refused(home.resolve(Kind::Ibm, elsewhere, Some("test")));
    assert!(said.contains("is for tokens of https://iam.cloud.ibm.com"), "{said}");
    // And a password with its login.
    let mut other = Settings::default();
    other.login = Some("bob".to_owned());
    let said = refused(home.resolve(Kind::Storware, other, None));
    assert!(said.contains("no password of `bob`") && said.contains("is for the login `ada`"), "{said}");
    // The environment is treated like everybody.
    let home = Home::new(&[URL, KEY, TENANT]);
    let said = refused(home.resolve(Kind::Ibm, flags(Some("https://other"), None), None));
    assert!(said.contains("that of the environment is for https://env"), "{said}");
}

#[test]
fn a_flag_that_names_a_profile_is_not_overruled_in_silence() {
    let home = Home::new(&[URL, KEY, TENANT]);
    let said = refused(home.resolve(Kind::Ibm, Settings::default(), Some("test")));
    assert!(
        said.starts_with("the profile `test` is for https://test, and the environment names https://env"),
        "{said}"
    );
    // Another server by flag is meant so.
    let key = Some(Proof::ApiKey(Secret::new("hush")));
    let mut meant = flags(Some("https://other"), key);
    meant.tenant = Some("other/".to_owned());
    assert_eq!(told(home.resolve(Kind::Ibm, meant, Some("test"))), "https://other other/ hush");
    let home = Home::new(&[TENANT]);
    let connection = home.resolve(Kind::Ibm, Settings::default(), Some("test")).unwrap();
    assert_eq!(connection.tenant.as_deref(), Some("env/"));
    assert_eq!(connection.notes, ["`tenant` is taken from the environment, and not from the profile `test`"]);
}

#[test]
fn the_api_is_that_of_what_is_spoken_of() {
    let kind = |variables: &[(&str, &str)], flags: Settings, named| {
        let home = Home::new(variables);
        Layers::kind_of_call(&flags, named, &home.around).unwrap()
    };
    assert_eq!(kind(&[], Settings::default(), None), Kind::Ibm);
    assert_eq!(kind(&[], Settings::default(), Some("tape")), Kind::Storware);
    assert_eq!(kind(&[("STRONGROOM_PROFILE", "tape")], Settings::default(), None), Kind::Storware);
    assert_eq!(kind(&[("STORWARE_URL", "https://x")], Settings::default(), None), Kind::Storware);
    let mut login = Settings::default();
    login.login = Some("ada".to_owned());
    assert_eq!(kind(&[], login, None), Kind::Storware);
    let home = Home::new(&[]);
    home.write(".config/strongroom/config.toml", &PROFILES.replace("default-profile", "later"));
    let said = Layers::kind_of_call(&Settings::default(), None, &home.around).unwrap_err().to_string();
    assert!(said.contains("`tape`, `test`, `work`"), "{said}");
}

#[test]
fn the_environment_is_that_of_the_sdks() {
    let storware = [("STORWARE_URL", "https://s"), ("STORWARE_LOGIN", "bob"), ("STORWARE_PASSWORD", "hush")];
    let home = Home::new(&storware);
    assert_eq!(told(home.resolve(Kind::Storware, Settings::default(), None)), "https://s - bob: hush");
    let older = ("BACKUP_RECOVERY_IAM_APIKEY", "hush of old");
    let home = Home::new(&[URL, KEY, TENANT, older]);
    assert_eq!(told(home.resolve(Kind::Ibm, Settings::default(), None)), "https://env env/ hush of old");
    let bearer =
        [("BACKUP_RECOVERY_AUTH_TYPE", "bearerToken"), ("BACKUP_RECOVERY_BEARER_TOKEN", "hush token")];
    let home = Home::new(&[&[URL, TENANT], &bearer[..]].concat());
    assert_eq!(told(home.resolve(Kind::Ibm, Settings::default(), None)), "https://env env/ hush token");
    let home = Home::new(&[URL, TENANT, ("BACKUP_RECOVERY_AUTH_TYPE", "noAuth")]);
    assert_eq!(told(home.resolve(Kind::Ibm, Settings::default(), None)), "https://env env/ nobody");
    for (name, value) in [("BACKUP_RECOVERY_AUTH_TYPE", "container"), ("BACKUP_RECOVERY_DISABLE_SSL", "true")]
    {
        let home = Home::new(&[URL, KEY, (name, value)]);
        let said = refused(home.resolve(Kind::Ibm, Settings::default(), None));
        assert!(said.contains(name), "{said}");
    }
    let home = Home::new(&[("IBM_CREDENTIALS_FILE", "/nowhere/at/all")]);
    let said = refused(home.resolve(Kind::Ibm, Settings::default(), None));
    assert!(said.starts_with("cannot read the credentials file /nowhere/at/all"), "{said}");
}

#[test]
fn files_of_a_profile_lie_beside_it() {
    let home = Home::new(&[]);
    let ours = PROFILES.replace(
        "tenant = \"work/\"",
        "tenant = \"work/\"\nca-file = \"ca.pem\"\nclient-certificate = \"~/me.pem\"",
    );
    home.write(".config/strongroom/config.toml", &ours);
    let said = refused(home.resolve(Kind::Ibm, Settings::default(), None));
    let path = home.folder.path().join(".config/strongroom/ca.pem");
    assert!(said.contains("certificate authorities") && said.contains(path.to_str().unwrap()), "{said}");
    home.write(".config/strongroom/ca.pem", "authority");
    home.write("me.pem", "hush certificate");
    let connection = home.resolve(Kind::Ibm, Settings::default(), None).unwrap();
    assert_eq!(connection.root_certificates.as_deref(), Some(&b"authority"[..]));
    assert_eq!(connection.client_certificate.as_ref().unwrap().expose(), "hush certificate");
}

#[test]
fn a_kept_secret_is_fetched_only_when_it_is_used() {
    let home = Home::new(&[KEY]);
    fs::remove_file(home.secrets().file().path()).unwrap();
    assert_eq!(told(home.resolve(Kind::Ibm, Settings::default(), None)), "https://work work/ hush of env");
    let said = refused(home.resolve(Kind::Storware, Settings::default(), None));
    assert!(said.contains("run `strongroom login --profile tape`"), "{said}");
}

#[test]
fn http_to_another_machine_has_to_be_allowed() {
    let home = Home::new(&[("BACKUP_RECOVERY_URL", "http://host"), KEY, TENANT]);
    let said = refused(home.resolve(Kind::Ibm, Settings::default(), None));
    assert!(said.contains("--insecure-http"), "{said}");
    let mut allowed = Settings::default();
    allowed.insecure_http = true;
    assert_eq!(told(home.resolve(Kind::Ibm, allowed, None)), "http://host env/ hush of env");
    // Neither may the key be sent in the clear for a token.
    let iam = ("BACKUP_RECOVERY_AUTH_URL", "http://iam");
    let home = Home::new(&[URL, KEY, TENANT, iam]);
    assert!(refused(home.resolve(Kind::Ibm, Settings::default(), None)).contains("http://iam"));
}

#[test]
fn nothing_prints_a_secret() {
    let mut settings = flags(Some("https://me:hush@work"), Some(Proof::ApiKey(Secret::new("hush"))));
    settings.proxy = Some(Secret::new("http://me:hush@proxy"));
    let home = Home::new(&[]);
    let connection = home.resolve(Kind::Ibm, Settings::default(), None).unwrap();
    let shown = format!("{connection:?} {:?} {:?}", settings.proof, settings.proxy);
    assert!(!shown.contains("kept for") && !shown.contains("hush"), "{shown}");
    assert_eq!(Source::Profile("a".to_owned()).to_string(), "the profile `a`");
}
