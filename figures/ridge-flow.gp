set multiplot layout 1, 2
set lmargin 9
file = tables.'ridge-flow.tsv'
kept = tables.'ridge-flow-kept.tsv'
names = 'gaussian circle digits'
titles = '"Gaussian features" "circle" "digits, erf kernel"'
colours = '0x0072B2 0xD55E00 0x009E73'
at(i, name) = stringcolumn('series') eq word(names, i) ? column(name) : NaN
set logscale y
set format y '10^{%T}'
set xlabel 'modes that are kept, + 1'
set ylabel 'ridge κ_c'
set logscale x
set format x '%g'
set xrange [0.8:2500]
set key top right
plot \
  for [i = 1:3] file using (at(i, 'kept') + 1):(at(i, 'wilson')) with lines lw 2 dt 2 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:3] file using (at(i, 'kept') + 1):(at(i, 'flow')) with lines lw 2 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:3] file using (at(i, 'kept') + 1):(at(i, 'measured')):(at(i, 'standard_error')) with yerrorbars pt (i == 1 ? 7 : i == 2 ? 5 : 9) lc rgb int(word(colours, i)) title word(titles, i), \
  keyentry with lines lw 2 lc rgb black title 'self-consistent', \
  keyentry with lines lw 2 dt 2 lc rgb black title 'Wilson''s'

unset logscale
set logscale x
set format y '%g'
set xrange [7:110]
set xtics (10, 20, 40, 80)
set yrange [0.3:1.05]
set xlabel 'samples P'
set ylabel sprintf('learned share of %g kept modes, ± s.e.', cut)
set key bottom right
plot \
  kept using 'samples':'theory' with lines lw 2 lc rgb black title 'theory, all modes', \
  kept using 'samples':'full':'full_error' with yerrorbars pt 7 ps 1.1 lc rgb black title 'all modes', \
  kept using (1.04*column('samples')):'bare':'bare_error' with yerrorbars pt 5 lc rgb vermilion title 'kept modes, κ', \
  kept using (0.92*column('samples')):'wilson':'wilson_error' with yerrorbars pt 9 lc rgb orange title 'Wilson''s ridge', \
  kept using (0.96*column('samples')):'matched':'matched_error' with yerrorbars pt 13 lc rgb blue title 'matched ridge'
unset multiplot
