# What all figures share. cod sets the terminal, the output, `tables` (a folder) and the quoted numbers.
set datafile separator tab
set datafile columnheaders
set encoding utf8

# Okabe and Ito's colours, distinct to colour-blind readers.
black = 0x000000; blue = 0x0072B2; vermilion = 0xD55E00; green = 0x009E73
orange = 0xE69F00; purple = 0xCC79A7; sky = 0x56B4E9; grey = 0x808080

set border 3 lw 0.8
set tics nomirror out scale 0.6
set key samplen 2.2 spacing 1.15
set pointsize 0.8

# A certified point is filled, an uncertified one hollow.
mark(certified) = certified > 0.5 ? 7 : 6
