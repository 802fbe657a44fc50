//! The shapes that cross to the screens, written as TypeScript from the Rust types and the table
//! of commands.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ts_rs::{Config, TS, TypeVisitor};

use crate::commands::COMMANDS;
use crate::failure::Failure;
use crate::people::PEOPLE;

const HEAD: &str = "\
// The shapes that cross between the window and the desk. Written by `cargo xtask types` from the Rust types;
// not edited by hand.

/** UUIDv7 in lower case. */
export type Id = string;
/** RFC 3339 in UTC, with milliseconds. */
export type Time = string;
/** BCP 47. */
export type Lang = string;
/** No arguments, or nothing to say. */
export type Empty = Record<string, never>;
";

/// The whole text of `ui/src/backend/wire.ts`.
#[must_use]
pub fn wire_ts() -> String {
    let mut book = Book::new();
    let mut commands = String::new();
    let all = COMMANDS
        .iter()
        .map(|command| (command.name, command.shapes))
        .chain(PEOPLE.iter().map(|command| (command.name, command.shapes)));
    for (name, shapes) in all {
        let (args, result) = shapes(&mut book);
        // Writing to a String cannot fail.
        let _ = writeln!(
            commands,
            "  '{name}': {{ args: {args}; result: {result} }};"
        );
    }
    book.note::<Failure>();
    book.note::<qalam_desk::Changes>();
    let mut out = HEAD.to_owned();
    for (name, declared) in &book.declared {
        if name != "Empty" {
            out.push('\n');
            out.push_str(declared);
        }
    }
    out.push_str("\n/** Every command: what it is given and what it answers. */\nexport interface Commands {\n");
    out.push_str(&commands);
    out.push_str("}\n");
    out
}

/// The declarations collected so far.
pub(crate) struct Book {
    config: Config,
    seen: BTreeSet<TypeId>,
    declared: BTreeMap<String, String>,
}

impl Book {
    fn new() -> Self {
        Self {
            config: Config::new().with_large_int("number"),
            seen: BTreeSet::new(),
            declared: BTreeMap::new(),
        }
    }

    /// The names of a command's arguments and answer; both are noted.
    pub(crate) fn command<On, A: TS + 'static, R: TS + 'static, E>(
        &mut self,
        _: fn(&On, A) -> Result<R, E>,
    ) -> (String, String) {
        self.note::<A>();
        self.note::<R>();
        (self.name::<A>(), self.name::<R>())
    }

    fn name<T: TS + 'static>(&self) -> String {
        T::name(&self.config)
    }

    /// Notes a type and everything it is made of.
    fn note<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        // Only declared types have a file of their own; numbers, lists and options have not.
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let declared = format!("{docs}\nexport {}", T::decl(&self.config));
            self.declared
                .insert(T::ident(&self.config), readable(&declared));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

impl TypeVisitor for Book {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.note::<T>();
    }
}

/// The declaration as a person would write it: one line for a comment of one line, a line for each
/// member where members have comments.
fn readable(declared: &str) -> String {
    let mut out = String::with_capacity(declared.len());
    let mut inside = false;
    let mut comment: Vec<&str> = Vec::new();
    for line in declared
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let indent = if inside { "  " } else { "" };
        match line {
            "/**" => comment.clear(),
            "*/" => {
                let text = comment.join(" ");
                let _ = writeln!(out, "{indent}/** {text} */");
            }
            _ if line.starts_with('*') => comment.push(line.trim_start_matches('*').trim()),
            _ if inside => {
                let (member, end) = match line.strip_suffix(", };") {
                    Some(member) => (member, true),
                    None => (line.trim_end_matches(','), false),
                };
                let _ = writeln!(out, "  {member};");
                if end {
                    out.push_str("};\n");
                    inside = false;
                }
            }
            _ => {
                inside = line.ends_with('{');
                let _ = writeln!(out, "{line}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_used_is_declared() {
        let wire = wire_ts();
        for line in wire.lines().filter(|line| line.contains("{ args:")) {
            for name in line.split(|c: char| !c.is_alphanumeric()) {
                let is_type = name.starts_with(|c: char| c.is_ascii_uppercase());
                assert!(
                    !is_type || wire.contains(&format!("export type {name} ")),
                    "{name}"
                );
            }
        }
        assert!(wire.contains("export type CallFailure "));
        assert!(!wire.contains("bigint"));
    }
}
