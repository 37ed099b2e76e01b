//! The features of a client that are areas of its document, as they stand in its `Cargo.toml`.

/// What the list begins with.
const LIST: &str = "all-areas = [";

/// How long a line may be that holds the whole list.
const WIDTH: usize = 110;

/// The manifest with these areas as features: the list `all-areas`, and behind it, up to the next empty line, one
/// empty feature each. Nothing where it has no such list.
pub(crate) fn with_areas(manifest: &str, areas: &[&str]) -> Option<String> {
    let begin = manifest.find(&format!("\n{LIST}"))? + 1;
    let end = manifest[begin..].find("\n\n").map_or(manifest.len(), |at| begin + at + 1);
    let mut text = manifest[..begin].to_owned();
    let quoted: Vec<String> = areas.iter().map(|area| format!("\"{area}\"")).collect();
    let line = format!("{LIST}{}]\n", quoted.join(", "));
    if line.len() <= WIDTH {
        text.push_str(&line);
    } else {
        text.push_str(&format!("{LIST}\n    {},\n]\n", quoted.join(",\n    ")));
    }
    for area in areas {
        text.push_str(&format!("{area} = []\n"));
    }
    text.push_str(&manifest[end..]);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::with_areas;

    const MANIFEST: &str = "[features]\ndefault = []\nall-areas = [\"gone\"]\ngone = []\n\n[lints]\n";

    #[test]
    fn areas_take_the_place_of_those_before() {
        let written = with_areas(MANIFEST, &["runs", "search"]).unwrap();
        assert_eq!(
            written,
            "[features]\ndefault = []\nall-areas = [\"runs\", \"search\"]\nruns = []\nsearch = []\n\n[lints]\n"
        );
        assert_eq!(with_areas(&written, &["runs", "search"]), Some(written), "written once and for all");
    }

    #[test]
    fn a_long_list_has_a_line_for_each() {
        let (one, two) = ("a".repeat(60), "b".repeat(60));
        let written = with_areas(MANIFEST, &[&one, &two]).unwrap();
        assert!(written.contains(&format!("all-areas = [\n    \"{one}\",\n    \"{two}\",\n]\n{one} = []\n")));
    }

    #[test]
    fn a_manifest_without_the_list_is_left_alone() {
        assert_eq!(with_areas("[features]\n", &["runs"]), None);
    }
}
