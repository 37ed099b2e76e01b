//! A terminal as an SVG, in which one line after the other appears. Whoever wants no motion sees them all at once.

use super::play::{COLUMNS, Line, Run};

/// Of a character, in pixels.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 19.0;
/// Around the text, and of the bar above it.
const MARGIN: f32 = 16.0;
const BAR: f32 = 30.0;
/// In seconds: to type a character, before what a command prints comes, between two of its lines, and before the next.
const TYPED: f32 = 0.035;
const THOUGHT: f32 = 0.4;
const PRINTED: f32 = 0.04;
const READ: f32 = 1.4;
/// The sixteen colours, for a dark ground.
const COLORS: [&str; 16] = [
    "#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4", "#6e7681",
    "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#f0f6fc",
];

/// The picture.
pub(super) fn draw(lines: &[Line]) -> String {
    let width = f32::from(COLUMNS) * WIDTH + 2.0 * MARGIN;
    #[expect(clippy::cast_precision_loss, reason = "there are not that many lines")]
    let height = lines.len() as f32 * HEIGHT + BAR + MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         role=\"img\" aria-label=\"The command line of Strongroom at work\">\n<style>\n\
         text{{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#c9d1d9;\
         white-space:pre}}\n.b{{font-weight:700;fill:#f0f6fc}}\n.d{{fill:#8b949e}}\n\
         .o{{animation:show 1ms both}}\n.c{{animation:type linear both}}\n\
         @keyframes show{{from{{opacity:0}}to{{opacity:1}}}}\n\
         @keyframes type{{from{{clip-path:inset(0 100% 0 0)}}to{{clip-path:inset(0 0 0 0)}}}}\n\
         @media (prefers-reduced-motion:reduce){{.o,.c{{animation:none}}}}\n</style>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n"
    );
    for (index, color) in ["#ff5f57", "#febc2e", "#28c840"].iter().enumerate() {
        svg.push_str(&format!("<circle cx=\"{}\" cy=\"16\" r=\"5\" fill=\"{color}\"/>\n", 20 + index * 18));
    }
    let mut at = THOUGHT;
    for (index, line) in lines.iter().enumerate() {
        let next_is_typed = lines.get(index + 1).is_some_and(|next| next.is_typed);
        if line.runs.is_empty() {
            at += if next_is_typed { READ } else { PRINTED };
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "there are not that many lines or characters")]
        let (y, count) = (
            BAR + (index as f32 + 0.75) * HEIGHT,
            line.runs.iter().map(|run| run.text.chars().count()).sum::<usize>() as f32,
        );
        let (class, takes, style) = if line.is_typed {
            let takes = count * TYPED;
            ("c", takes + THOUGHT, format!("animation-duration:{takes:.2}s;animation-delay:{at:.2}s"))
        } else {
            ("o", PRINTED, format!("animation-delay:{at:.2}s"))
        };
        svg.push_str(&format!(
            "<text class=\"{class}\" style=\"{style}\" x=\"{MARGIN}\" y=\"{y:.1}\" textLength=\"{:.1}\" \
             xml:space=\"preserve\">{}</text>\n",
            count * WIDTH,
            line.runs.iter().map(run).collect::<String>()
        ));
        at += takes;
    }
    svg.push_str("</svg>\n");
    svg
}

fn run(run: &Run) -> String {
    let text = run.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let class = match (run.bold, run.dim) {
        (true, _) => " class=\"b\"",
        (_, true) => " class=\"d\"",
        _ => "",
    };
    let fill = run.color.and_then(|color| COLORS.get(usize::from(color)));
    let fill = fill.map_or_else(String::new, |fill| format!(" style=\"fill:{fill}\""));
    if class.is_empty() && fill.is_empty() { text } else { format!("<tspan{class}{fill}>{text}</tspan>") }
}

/// The lines of a picture, to compare it with another.
pub(super) fn text(svg: &str) -> String {
    let lines = svg.lines().filter(|line| line.starts_with("<text"));
    lines
        .map(|line| {
            let mut text = String::new();
            for piece in line.split('<') {
                text.push_str(piece.split_once('>').map_or("", |(_, text)| text));
            }
            text.push('\n');
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_holds_its_text() {
        let run = |text: &str, bold| Run { text: text.to_owned(), bold, dim: false, color: None };
        let typed = Line { runs: vec![run("$ ", false), run("a <b> & c", true)], is_typed: true };
        let printed = Line { runs: vec![run("  two  words", false)], is_typed: false };
        let svg = draw(&[typed, printed]);
        assert_eq!(text(&svg), "$ a <b> & c\n  two  words\n");
        assert!(svg.contains("<tspan class=\"b\">a &lt;b&gt; &amp; c</tspan>"), "{svg}");
    }
}
