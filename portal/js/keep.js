/*
 * What a person typed and has not saved yet, kept in this browser until it is
 * saved, for at most three days.  Names are of the form "voter 3".
 */

const PREFIX = 'cerberus.kept.';
const DAYS = 3;
let owner = '';

function every()
{
	return Object.keys(localStorage).filter((k) => k.startsWith(PREFIX));
}

function parsed(key)
{
	try {
		return JSON.parse(localStorage.getItem(key));
	} catch {
		return null;
	}
}

/* Keep for this user from now on; forget what is too old. */
export function keepFor(username)
{
	owner = `${PREFIX}${username}.`;
	for (const key of every()) {
		const item = parsed(key);

		if (!item || Date.now() - item.at > DAYS * 86400000)
			localStorage.removeItem(key);
	}
}

/* Without room, or with storage forbidden, nothing is kept: no error. */
export function keep(name, value)
{
	try {
		localStorage.setItem(owner + name,
		    JSON.stringify({ at: Date.now(), value }));
		return true;
	} catch {
		return false;
	}
}

/* What is kept under the name, or undefined. */
export function kept(name)
{
	return parsed(owner + name)?.value;
}

export function drop(name)
{
	localStorage.removeItem(owner + name);
}

/* The names of all that this user has not saved. */
export function keptNames()
{
	return every().filter((k) => k.startsWith(owner))
	    .map((k) => k.slice(owner.length));
}

/* Forget everything of this user, as they sign out. */
export function dropAll()
{
	for (const name of keptNames())
		drop(name);
}

/* Settings of this browser, such as the columns of a table. */
export function remember(name, value)
{
	try {
		localStorage.setItem(`cerberus.set.${name}`,
		    JSON.stringify(value));
	} catch {
		/* The default is used next time. */
	}
}

export function remembered(name, otherwise)
{
	return parsed(`cerberus.set.${name}`) ?? otherwise;
}
