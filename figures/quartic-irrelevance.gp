set multiplot layout 1, 2
set lmargin 10.5
file = tables.'quartic-irrelevance.tsv'
lines = tables.'quartic-irrelevance-hartree.tsv'
colours = '0x0072B2 0xD55E00 0x009E73'
at(i, name) = column('exponent') == value('exponent_'.i) && column('quartic') == value('quartic_'.i) ? column(name) : NaN
line(i, name) = column('curve') == i ? column(name) : NaN
set logscale xy
set format x '10^{%T}'
set xrange [2:2e6]
set yrange [0.002:1]
set xlabel 'samples P'
set ylabel '1 − D(u)/D(0), ± s.e. over targets'
set key bottom left reverse Left
plot \
  for [i = 1:curve_count] lines using (line(i, 'samples')):(line(i, 'shift')) with lines lw 2 lc rgb int(word(colours, i)) notitle, \
  0.25*(x/1e3)**(-0.5) with lines lw 1 dt 3 lc rgb blue notitle, \
  0.4*(x/1e3)**(-1./3) with lines lw 1 dt 3 lc rgb vermilion notitle, \
  for [i = 1:curve_count] file using (at(i, 'samples')):(at(i, 'shift')):(at(i, 'standard_error')) with yerrorbars pt -1 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:curve_count] file using (at(i, 'samples')):(at(i, 'shift')):(shape(i, column('certified'))) with points pt variable lc rgb int(word(colours, i)) notitle, \
  for [i = 1:curve_count] keyentry with points pt shape(i, 1) lc rgb int(word(colours, i)) title sprintf('α = %g, u = %g', value('exponent_'.i), value('quartic_'.i)), \
  keyentry with lines lw 2 lc rgb black title 'Hartree'

unset logscale y
set xrange [2:2000]
set yrange [0.95:1.12]
set ylabel 'D sampled over Hartree''s, ± s.e. over targets'
set key top right noreverse Right
plot \
  1 with lines lc rgb grey dt 2 notitle, \
  for [i = 1:curve_count] file using (at(i, 'samples')*(1 + 0.06*(i - 2))):(at(i, 'ratio')):(at(i, 'ratio_error')) with yerrorbars pt shape(i, 1) lc rgb int(word(colours, i)) title sprintf('α = %g, u = %g', value('exponent_'.i), value('quartic_'.i))
unset multiplot
