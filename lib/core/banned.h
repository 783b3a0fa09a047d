/*
 * Functions that must not be used; calling one is a compile error.  They can
 * overflow a buffer, use static storage, or return 0 for invalid input.
 * Use buf.h, arena.h and text.h instead.
 */
#ifndef CORE_BANNED_H
#define CORE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(f)	f##_is_banned_here

#undef strcpy
#define strcpy(a, b)		BANNED(strcpy)
#undef strcat
#define strcat(a, b)		BANNED(strcat)
#undef strncpy
#define strncpy(a, b, n)	BANNED(strncpy)
#undef strncat
#define strncat(a, b, n)	BANNED(strncat)
#undef sprintf
#define sprintf(...)		BANNED(sprintf)
#undef vsprintf
#define vsprintf(...)		BANNED(vsprintf)
#undef strtok
#define strtok(a, b)		BANNED(strtok)
#undef atoi
#define atoi(a)			BANNED(atoi)
#undef atol
#define atol(a)			BANNED(atol)
#undef atof
#define atof(a)			BANNED(atof)
#undef gmtime
#define gmtime(t)		BANNED(gmtime)
#undef localtime
#define localtime(t)		BANNED(localtime)
#undef ctime
#define ctime(t)		BANNED(ctime)
#undef asctime
#define asctime(t)		BANNED(asctime)

#endif
