/** sun_path has 108 bytes on Linux, its end included (unix(7)). */
export const MAX_SOCKET_PATH_BYTES = 107
