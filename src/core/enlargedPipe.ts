/** A busy program's pipe is enlarged to this: what an ordinary user may ask for (pipe(7), fs.pipe-max-size). */
export const ENLARGED_PIPE_BYTES = 1024 * 1024
