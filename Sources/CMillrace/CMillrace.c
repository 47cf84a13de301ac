#include "CMillrace.h"
