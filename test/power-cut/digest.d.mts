import type Database from 'better-sqlite3';

export function digestOf(db: Database.Database, bootsBelow?: number): string;
