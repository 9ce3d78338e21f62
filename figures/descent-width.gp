# Points are simulated, with standard errors on the left and intervals on the right.
set multiplot layout 1, 3 margins 0.085, 0.985, 0.14, 0.9 spacing 0.105
set key font ',10' samplen 1.5 spacing 1
set tics font ',10'
file = tables.'descent-width.tsv'
nets = tables.'descent-width-nets.tsv'
slopes = tables.'descent-width-slopes.tsv'
betas = '0.5 1.2 2.5'
colours = '0x0072B2 0x009E73 0xD55E00'
of(b, name) = column('alpha') == 1.5 && column('beta') == b ? column(name) : NaN
kind(k, b, name) = strcol('kind') eq k && column('alpha') == 1.5 && column('beta') == b ? column(name) : NaN
set logscale xy
set xrange [4:512]
set xlabel 'width N'
set format y '10^{%L}'
set ylabel 'loss that is never learned' offset 1
set title 'α = 1.5'
set key bottom left reverse Left
set yrange [1e-6:2]
plot \
  for [i = 1:3] file using 'width':(of(real(word(betas, i)), 'floor')) with lines lw 2 \
    lc rgb int(word(colours, i)) title 'β = '.word(betas, i), \
  for [i = 1:3] file using 'width':(of(real(word(betas, i)), 'mean_floor')) with lines lw 1.5 dt 2 \
    lc rgb int(word(colours, i)) notitle, \
  for [i = 1:3] nets using 'width':(kind('one', real(word(betas, i)), 'floor')):(kind('one', real(word(betas, i)), 'standard_error')) \
    with yerrorbars pt 7 ps 0.7 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:3] nets using 'width':(kind('mean', real(word(betas, i)), 'floor')):(kind('mean', real(word(betas, i)), 'standard_error')) \
    with yerrorbars pt 6 ps 0.7 lc rgb int(word(colours, i)) notitle, \
  keyentry with points pt 7 lc rgb grey title 'one network', \
  keyentry with points pt 6 lc rgb grey title 'mean of many'

unset logscale
set format y '%g'
set xrange [0.3:2.7]
set xlabel 'β'
set ylabel 'exponent of the floor in N' offset 1
at(a, name) = column('alpha') == a ? column(name) : NaN
min(a, b) = a < b ? a : b
do for [a in '1.5 2'] {
  set title 'α = '.a
  if (a eq '2') { unset ylabel }
  set yrange [0:2.7*real(a)]
  set key top left reverse Left
  plot \
    real(a)*min(1, x) with lines lw 1.5 lc rgb blue title 'α min(1, β)', \
    real(a)*min(2, x) with lines lw 1.5 dt 2 lc rgb vermilion title 'α min(2, β)', \
    slopes using 'beta':(at(real(a), 'one')):(at(real(a), 'one_low')):(at(real(a), 'one_high')) with yerrorbars \
      pt 7 lc rgb blue title 'one network', \
    slopes using 'beta':(at(real(a), 'mean')):(at(real(a), 'mean_low')):(at(real(a), 'mean_high')) with yerrorbars \
      pt 6 lc rgb vermilion title 'mean of many', \
    slopes using 'beta':(at(real(a), 'one_formula')) with points pt 2 lc rgb black title 'formulas at these N', \
    slopes using 'beta':(at(real(a), 'mean_formula')) with points pt 2 lc rgb black notitle
}
unset multiplot
