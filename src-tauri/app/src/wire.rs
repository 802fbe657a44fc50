//! The shapes that cross to the screens, written as TypeScript from the Rust types and the table
//! of commands.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ts_rs::{Config, TS, TypeVisitor};

use crate::app::App;
use crate::commands::COMMANDS;
use crate::failure::Failure;

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
    for command in COMMANDS {
        let (args, result) = (command.shapes)(&mut book);
        // Writing to a String cannot fail.
        let _ = writeln!(commands, "  '{}': {{ args: {args}; result: {result} }};", command.name);
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
    pub(crate) fn command<A: TS + 'static, R: TS + 'static, E>(
        &mut self,
        _: fn(&App, A) -> Result<R, E>,
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
            let mut declared = String::new();
            if let Some(docs) = T::docs() {
                declared.push_str(docs.trim_start());
                if !declared.ends_with('\n') {
                    declared.push('\n');
                }
            }
            declared.push_str("export ");
            declared.push_str(&T::decl(&self.config));
            declared.push('\n');
            self.declared.insert(T::ident(&self.config), declared);
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
