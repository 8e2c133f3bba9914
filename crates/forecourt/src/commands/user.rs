//! `forecourt user`: the directory from the command line, for the first administrator and for emergencies.

use super::{say, serve};
use crate::{
    cli::{Cli, User},
    exit::Exit,
    place::{self, Open},
};
use anyhow::{Context as _, bail};
use app::NewUser;
use domain::{Actor, Role, StaffId};
use std::io::{BufRead as _, IsTerminal as _};
use store::Clock;

pub(super) fn run(cli: &Cli, action: &User) -> anyhow::Result<Exit> {
    let config = place::server_config(cli)?;
    let office = place::office(cli, Open::Existing, Clock::system())?;
    let directory = serve::directory(&office, &config)?;
    let by = Actor::new("operator", Role::System);
    match action {
        User::Add {
            id,
            name,
            roles,
            branch,
            no_password,
        } => {
            let roles = roles
                .iter()
                .map(|r| place::role(r))
                .collect::<anyhow::Result<Vec<_>>>()?;
            let password = if *no_password { None } else { Some(password()?) };
            let new = NewUser {
                id: id.clone(),
                name: name.clone(),
                roles,
                branch: branch.clone(),
                password,
            };
            let user = directory.add(new, &by)?;
            say(&format!("{} can sign in\n", user.id))
        }
        User::Password { id } => {
            let password = password()?;
            directory.set_password(&StaffId(id.to_lowercase()), &password, &by)?;
            say(&format!(
                "{id}: the password is set; sessions of before have ended\n"
            ))
        }
        User::Disable { id } => {
            directory.set_disabled(&StaffId(id.to_lowercase()), true, &by)?;
            say(&format!("{id} is switched off\n"))
        }
        User::Enable { id } => {
            directory.set_disabled(&StaffId(id.to_lowercase()), false, &by)?;
            say(&format!("{id} is switched on\n"))
        }
        User::List => {
            let mut out = String::new();
            for u in directory.users() {
                let roles: Vec<String> = u.roles.iter().map(|r| format!("{r:?}")).collect();
                let off = if u.disabled { "  (switched off)" } else { "" };
                out.push_str(&format!(
                    "{:<20} {:<20} {:<10} {}{off}\n",
                    u.id,
                    u.name,
                    u.branch,
                    roles.join(", ")
                ));
            }
            say(&out)
        }
        User::Token {
            id,
            role,
            label,
            days,
        } => {
            let secret =
                directory.add_token(&StaffId(id.to_lowercase()), place::role(role)?, label, *days, &by)?;
            say(&format!("{secret}\n"))
        }
    }
}

/// Reads a password: the first line of standard input.
fn password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        eprint!("Password (is shown as you type; pipe it in to avoid that): ");
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("the password could not be read")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("a password is needed on standard input: its first line");
    }
    Ok(password.to_owned())
}
