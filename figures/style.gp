# What all figures share. cod sets the terminal, the output, `tables` (a folder) and the quoted numbers.
set datafile separator tab
set datafile columnheaders
set encoding utf8

# After Okabe and Ito, distinct to colour-blind readers; orange and sky are darkened, so that every
# colour has a contrast of at least 3 : 1 on white.
black = 0x000000; blue = 0x0072B2; vermilion = 0xD55E00; green = 0x009E73
orange = 0xB27500; purple = 0xCC79A7; sky = 0x2E8BC7; grey = 0x808080

set border 3 lw 0.8
set tics nomirror out scale 0.6
set key samplen 2.2 spacing 1.15
set pointsize 0.8

# A certified point is filled, an uncertified one hollow.
mark(certified) = certified > 0.5 ? 7 : 6
# The same of the i-th of several series, each of which has a shape of its own beside its colour.
shape(i, certified) = int(word(certified > 0.5 ? '7 5 9 11 13 15' : '6 4 8 10 12 14', 1 + (int(i) - 1) % 6))
