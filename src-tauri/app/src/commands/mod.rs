//! The commands, in one table: what the window, the development server and tests may ask of the
//! desk. A command converts its arguments, calls the desk once, and converts the answer.

mod attachments;
mod background;
mod batch;
mod comments;
mod courier;
pub(crate) mod drafts;
mod intake;
mod keys;
mod outbox;
mod person;
mod portals;
mod practice;
pub(crate) mod proxy;
mod publications;
mod review;
mod sample;
mod sheets;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use qalam_desk::Code;

use crate::app::App;
use crate::failure::Failure;
use crate::wire::Book;

pub use person::AppState;
pub(crate) use person::SecretText;

/// One command.
pub struct Command<On: 'static> {
    /// Its name: the noun, a dot, the verb.
    pub name: &'static str,
    /// Does it, on what it is given.
    pub(crate) run: fn(&On, Value) -> Result<Value, Failure>,
    /// Notes the shapes of its arguments and its answer, and gives their names.
    pub(crate) shapes: fn(&mut Book) -> (String, String),
}

macro_rules! table {
    ($($name:literal => $act:path,)*) => {
        /// Every command of an open desk.
        pub static COMMANDS: &[Command<App>] = &[$(Command {
            name: $name,
            run: |app, args| run_with($act, app, args),
            shapes: |book| book.command($act),
        },)*];
    };
}

table! {
    "app.state" => person::state,
    "app.closing" => person::closing,
    "app.quit" => background::quit,
    "app.opened" => person::opened,
    "app.opened_shown" => person::opened_shown,
    "background.state" => background::state,
    "background.install_service" => background::install,
    "background.remove_service" => background::remove,
    "profile.set" => person::set_profile,
    "settings.set" => person::set_setting,
    "secrets.unlock" => person::unlock,
    "drafts.create" => drafts::create,
    "drafts.open" => drafts::open,
    "drafts.list" => drafts::list,
    "drafts.desk" => drafts::desk,
    "drafts.save" => drafts::save,
    "drafts.set_fields" => drafts::set_fields,
    "drafts.document" => drafts::document,
    "drafts.add_language" => drafts::add_language,
    "drafts.check" => drafts::check,
    "drafts.history" => drafts::history,
    "drafts.revision" => drafts::revision,
    "drafts.restore" => drafts::restore,
    "drafts.compare" => drafts::compare,
    "drafts.source" => drafts::source,
    "drafts.follow" => drafts::follow,
    "drafts.trash" => drafts::trash,
    "drafts.untrash" => drafts::untrash,
    "drafts.render" => drafts::render,
    "drafts.bring_in" => drafts::bring_in,
    "drafts.brought" => drafts::brought,
    "drafts.settle_tracked" => drafts::settle_tracked,
    "drafts.join" => drafts::join,
    "attachments.add" => attachments::add,
    "attachments.add_bytes" => attachments::add_bytes,
    "attachments.set" => attachments::set,
    "attachments.remove" => attachments::remove,
    "attachments.put_back" => attachments::put_back,
    "attachments.prepare" => attachments::prepare,
    "publications.choose" => publications::choose,
    "publications.intake" => intake::take_in,
    "publications.likenesses" => intake::likenesses,
    "publications.settle" => intake::settle,
    "publications.reinstate" => intake::reinstate,
    "publications.find_inside" => intake::find_inside,
    "publications.offered" => intake::offered,
    "publications.look" => intake::look,
    "publications.take_offered" => intake::take_offered,
    "publications.decline_offered" => intake::decline_offered,
    "jobs.list" => intake::jobs,
    "jobs.cancel" => intake::cancel,
    "jobs.pause" => intake::pause,
    "jobs.resume" => intake::resume,
    "publications.list" => publications::list,
    "publications.open" => publications::open,
    "publications.set" => publications::set,
    "publications.describe" => publications::describe,
    "publications.slim" => publications::slim,
    "publications.edit" => publications::edit,
    "publications.rows" => publications::rows,
    "publications.find" => publications::find,
    "publications.remove" => publications::remove,
    "publications.bundle" => publications::bundle,
    "sheets.look" => sheets::look,
    "sheets.try" => sheets::attempt,
    "sheets.apply" => sheets::apply,
    "sheets.give_back" => sheets::give_back,
    "sheets.export" => sheets::export,
    "review.submit" => review::submit,
    "review.approve" => review::approve,
    "review.return" => review::send_back,
    "review.withdraw" => review::withdraw,
    "review.diff" => review::diff,
    "review.trail" => review::trail,
    "review.verify" => review::verify,
    "review.verify_file" => review::verify_file,
    "review.export" => review::export,
    "review.sheet" => review::sheet,
    "review.attach_sheet" => review::attach_sheet,
    "review.sheets" => review::sheets,
    "review.import" => review::import,
    "review.look" => review::look,
    "review.standing" => review::standing,
    "review.text" => review::text,
    "review.batch" => batch::table,
    "review.approve_batch" => batch::approve,
    "review.comments" => comments::list,
    "review.comment" => comments::write,
    "review.uncomment" => comments::remove,
    "review.answer" => comments::answer,
    "keys.list" => keys::list,
    "keys.create" => keys::create,
    "keys.export" => keys::export,
    "keys.look" => keys::look,
    "keys.trust" => keys::trust,
    "keys.rotate" => keys::rotate,
    "keys.end" => keys::end,
    "keys.recover" => keys::recover,
    "outbox.list" => outbox::list,
    "outbox.of" => outbox::of,
    "outbox.hold" => outbox::hold,
    "outbox.resume" => outbox::resume,
    "outbox.retry" => outbox::retry,
    "outbox.allow" => outbox::allow,
    "outbox.insist" => outbox::insist,
    "outbox.withdraw" => outbox::withdraw,
    "outbox.sending" => outbox::sending,
    "outbox.set_sending" => outbox::set_sending,
    "conflicts.open" => outbox::open_conflict,
    "conflicts.preview" => outbox::preview_conflict,
    "conflicts.settle" => outbox::settle_conflict,
    "remote.list" => outbox::remote_list,
    "remote.fetch" => outbox::remote_fetch,
    "remote.adopt" => outbox::remote_adopt,
    "outbox.send_now" => outbox::send_now,
    "outbox.pause" => outbox::pause,
    "files.save_as" => courier::save_as,
    "courier.list" => courier::list,
    "courier.export" => courier::export,
    "courier.deliver" => courier::deliver,
    "courier.receipts" => courier::receipts,
    "courier.import" => courier::import,
    "courier.key" => courier::key,
    "handover.export" => courier::hand_over,
    "handover.import" => courier::take_over,
    "handover.list" => courier::handovers,
    "handover.confirm" => courier::confirm,
    "portals.list" => portals::list,
    "portals.add" => portals::add,
    "portals.test" => portals::test,
    "portals.diagnose" => portals::diagnose,
    "portals.remove" => portals::remove,
    "proxy.state" => proxy::state,
    "proxy.set" => proxy::set,
    "search" => practice::search,
    "practice.show" => practice::show,
    "sample.create" => sample::create,
}

/// No arguments, or nothing to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(type = "Record<string, never>")]
pub struct Empty {}

/// Runs the command `name` with its arguments as JSON.
///
/// # Errors
/// [`Code::UnknownCommand`], [`Code::BadArgument`] for arguments of another shape, and what the
/// command may fail with.
pub fn dispatch(app: &App, name: &str, args: Value) -> Result<Value, Failure> {
    let command = COMMANDS
        .iter()
        .find(|command| command.name == name)
        .ok_or_else(|| Failure::new(Code::UnknownCommand).with("name", name))?;
    (command.run)(app, args)
}

/// Converts, calls once, converts.
pub(crate) fn run_with<On, A: DeserializeOwned, R: Serialize>(
    act: fn(&On, A) -> Result<R, Failure>,
    on: &On,
    args: Value,
) -> Result<Value, Failure> {
    // A command without arguments may be called with none.
    let args = if args.is_null() {
        Value::Object(serde_json::Map::new())
    } else {
        args
    };
    let args = serde_json::from_value(args).map_err(|error| {
        Failure::new(Code::BadArgument)
            .with("name", "args")
            .because(error)
    })?;
    let reply = act(on, args)?;
    serde_json::to_value(reply).map_err(|error| Failure::new(Code::Internal).because(error))
}
