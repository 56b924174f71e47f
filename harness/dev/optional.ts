/** A module of the project that may not be there; undefined where it is not. */
export async function optional<Module>(path: string): Promise<Module | undefined> {
  try {
    return (await import(path)) as Module;
  } catch (error) {
    if (
      (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' &&
      (error as Error).message.includes(path.replace(/^\.+\//, ''))
    )
      return undefined;
    throw error;
  }
}
