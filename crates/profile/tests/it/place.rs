//! Where the file is.

use std::path::{Path, PathBuf};

use strongroom_profile::Surroundings;

pub(crate) fn surroundings(variables: &[(&str, &str)], home: &Path) -> Surroundings {
    let mut made = Surroundings::default();
    made.variables =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    made.home = Some(home.to_owned());
    made.working_folder = Some(home.to_owned());
    made
}

#[cfg(unix)]
#[test]
fn the_file_is_where_files_of_this_kind_are() {
    let at =
        |variables: &[(&str, &str)]| surroundings(variables, Path::new("/home/me")).config_file().unwrap();
    assert_eq!(at(&[]), PathBuf::from("/home/me/.config/strongroom/config.toml"));
    let xdg = ("XDG_CONFIG_HOME", "/etc/me");
    assert_eq!(at(&[xdg]), PathBuf::from("/etc/me/strongroom/config.toml"));
    // As the specification wants it: what is not absolute counts as not set.
    assert_eq!(at(&[("XDG_CONFIG_HOME", "me")]), at(&[]));
    assert_eq!(at(&[("STRONGROOM_CONFIG", "/x.toml"), xdg]), PathBuf::from("/x.toml"));
    assert_eq!(at(&[("STRONGROOM_CONFIG", "x.toml")]), PathBuf::from("/home/me/x.toml"));
    assert_eq!(at(&[("STRONGROOM_CONFIG", "")]), at(&[]));
    let nowhere = Surroundings::default().config_file().unwrap_err().to_string();
    assert!(nowhere.contains("STRONGROOM_CONFIG"), "{nowhere}");
}
