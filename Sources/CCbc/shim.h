#pragma once
/* Debian: coinor-libcbc-dev. The C interface of the COIN-OR integer programming solver. */
#include <coin/Cbc_C_Interface.h>
