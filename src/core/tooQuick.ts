/** Why a start failed whose process ended before it counted as started. supervisord.md 2.6. */
export const tooQuick = "Exited too quickly (process log may have details)"
