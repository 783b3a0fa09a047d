/* The rows of a list, of which the next page is read when it comes into view. */
import { useCallback, useEffect, useRef, useState } from
    '../vendor/preact.js';
import * as api from './api.js';

const SIZE = 100;

/* Every row of a list, for paper; at most as many as anybody prints. */
export async function everyRow(path, query, many, most = 10000)
{
	const rows = [];
	let cursor;

	do {
		const { data } = await api.get(path,
		    { query: { per_page: 200, ...query, cursor } });

		rows.push(...data[many]);
		cursor = data.next_cursor;
	} while (cursor && rows.length < most);
	return rows;
}

/*
 * List a path of the interface for a Table: { rows, total, onNeed, error,
 * loading, again }.  many is the member of the answer that has the rows.  A
 * path of null lists nothing yet.
 */
export function useRows(path, query, many)
{
	const [state, setState] = useState({ rows: [], loading: true });
	const [round, setRound] = useState(0);
	const stop = useRef(null);
	const busy = useRef(false);
	const key = JSON.stringify([path, query]);

	async function read(cursor, before)
	{
		const signal = stop.current.signal;

		busy.current = true;
		try {
			const { data } = await api.get(path, { signal, query: {
			    per_page: SIZE, ...query, cursor } });
			const rows = [...before, ...data[many]];

			if (!signal.aborted)
				setState({ rows, cursor: data.next_cursor,
				    total: data.next_cursor ? Math.max(
					data[`total_${many}`], rows.length + 1) :
					rows.length, loading: false });
		} catch (error) {
			if (!signal.aborted)
				setState((s) => ({ ...s, error,
				    loading: false }));
		} finally {
			if (!signal.aborted)
				busy.current = false;
		}
	}

	useEffect(() => {
		stop.current = new AbortController();
		setState((s) => ({ ...s, loading: true, error: null }));
		if (path)
			read(undefined, []);
		return () => stop.current.abort();
	}, [key, round]);
	return {
		...state, total: state.total ?? state.rows.length,
		onNeed: () => {
			if (!busy.current && state.cursor && !state.error)
				read(state.cursor, state.rows);
		},
		again: useCallback(() => setRound((n) => n + 1), []),
	};
}
