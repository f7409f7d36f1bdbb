#pragma once
/* Debian: coinor-libclp-dev. The C interface of the COIN-OR linear programming solver. */
#include <coin/Clp_C_Interface.h>
